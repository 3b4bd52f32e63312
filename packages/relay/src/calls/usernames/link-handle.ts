import { randomUUID } from 'node:crypto';
import type { Bytes } from '@sotto/bytes';
import { ProtocolError, parseUuid } from '@sotto/protocol';

/** Random: whoever has the handle has the link. */
export function newLinkHandle(): Bytes {
  return parseUuid(randomUUID());
}

/** A handle in a path. Undefined for what is none. */
export function parseLinkHandle(text: string): Bytes | undefined {
  try {
    return parseUuid(text);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
