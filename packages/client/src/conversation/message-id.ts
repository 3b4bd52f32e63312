import { BytesError } from '@sotto/bytes';
import { IdentityError, parseAccountId } from '@sotto/identity';
import type { MessageId } from '../ports/store.ts';

/** One text for a message ID: author, device and milliseconds, joined by dots. */
export function formatMessageId(id: MessageId): string {
  return `${id.author}.${id.device}.${id.sentAt}`;
}

/** Undefined for anything that `formatMessageId` does not write. */
export function parseMessageId(text: string): MessageId | undefined {
  const match = /^([0-9a-f]{66})\.([1-9][0-9]{0,2}|0)\.([1-9][0-9]{0,15})$/.exec(text);
  if (match === null) return undefined;
  const [, author = '', device = '', sentAt = ''] = match;
  const id = { author, device: Number(device), sentAt: Number(sentAt) };
  if (id.device > 127 || !Number.isSafeInteger(id.sentAt)) return undefined;
  try {
    parseAccountId(author);
  } catch (error) {
    if (error instanceof IdentityError || error instanceof BytesError) return undefined;
    throw error;
  }
  return id;
}
