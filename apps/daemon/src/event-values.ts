import { type ClientEvent, formatMessageId, type StoredMessage } from '@sotto/client';
import type { FileValue, LocalEvent } from '@sotto/local-api';
import { itemValue } from './chat-values.ts';
import { fileEvent } from './file-values.ts';
import { problemValue } from './problem-values.ts';
import { settingsValue } from './settings-values.ts';
import { contactValue, receivedValue, roadValue } from './to-values.ts';

/** Undefined for what screens are not told: one's own texts as they are written down. `files`: of its message. */
export function eventValue(
  event: ClientEvent,
  own: string,
  files: readonly FileValue[] = [],
): LocalEvent | undefined {
  switch (event.event) {
    case 'message':
      return isIncoming(event.message) ? receivedValue(event, own, files) : undefined;
    case 'message-state':
      return {
        event: 'message-state',
        id: formatMessageId(event.message),
        chat: event.chat,
        state: event.state,
        road: event.road ?? null,
        ...(event.storedOn === undefined ? {} : { stored_on: event.storedOn }),
        ...(event.of === undefined ? {} : { of: event.of }),
        ...problemValue(event),
      };
    case 'contact':
      return {
        event: 'contact',
        account_id: event.account,
        contact: event.contact === undefined ? null : contactValue(event.contact),
      };
    case 'request':
      return { event: 'request', account_id: event.account, contact: contactValue(event.contact) };
    case 'road':
      return { event: 'road', status: roadValue(event.status) };
    case 'drained':
      return { event: 'drained', road: event.road };
    case 'account':
      return { event: 'account', state: event.state };
    case 'item':
      return { event: 'item', account_id: event.message.chat, item: itemValue(event.message, files) };
    case 'item-gone':
      return {
        event: 'item-gone',
        account_id: event.chat,
        ...(event.message === undefined ? {} : { id: formatMessageId(event.message) }),
      };
    case 'chat-read':
      return {
        event: 'chat-read',
        account_id: event.chat,
        unread: event.unread,
        read_through: event.readThrough,
      };
    case 'file':
      return fileEvent(event.file);
    case 'typing':
      return { event: 'typing', account_id: event.account, typing: event.typing };
    case 'preferences':
      return { event: 'settings', settings: settingsValue(event.preferences) };
  }
}

function isIncoming(message: StoredMessage): boolean {
  return message.direction === 'in';
}
