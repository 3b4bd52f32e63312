import type { ContactValue } from '@sotto/local-api';
import { useChats } from '../state/chats-store.ts';

/** The contact of that ID, if there is one: accepted, blocked or a request. */
export function useKnown(account: string | undefined): ContactValue | undefined {
  return useChats(({ byId }) => (account === undefined ? undefined : byId.get(account)?.contact));
}
