import type { MessageState, RoadName, StoredMessage } from '@sotto/client';
import { flag, integer, optional, type Row, text, word } from '../row.ts';

const STATES: readonly MessageState[] = ['queued', 'sent', 'delivered', 'read', 'failed', 'received'];
const ROADS: readonly RoadName[] = ['relay', 'onion'];

/** A row of the table `message`. */
export function messageOf(row: Row): StoredMessage {
  return {
    sequence: integer(row, 'sequence'),
    id: { author: text(row, 'author'), device: integer(row, 'device'), sentAt: integer(row, 'sent_at') },
    chat: text(row, 'chat'),
    direction: word(row, 'direction', ['in', 'out']),
    kind: word(row, 'kind', ['text', 'gap']),
    text: text(row, 'text'),
    state: word(row, 'state', STATES),
    ...optional(row, 'road', 'road', (from, column) => word(from, column, ROADS)),
    ...optional(row, 'stored_on', 'storedOn', integer),
    ...optional(row, 'stored_of', 'of', integer),
    ...optional(row, 'received_at', 'receivedAt', integer),
    request: flag(row, 'request'),
    ...optional(row, 'problem', 'problem', text),
    ...optional(row, 'files', 'files', integer),
  };
}
