import type { ChatItemValue } from '@sotto/local-api';

/** What a person can do with a line of a chat. */
export interface MessageActs {
  readonly openMenu: (item: ChatItemValue, anchor: HTMLElement) => void;
  readonly retry: (item: ChatItemValue) => void;
  readonly remove: (item: ChatItemValue) => void;
}
