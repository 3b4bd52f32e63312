import { type Bytes, concatBytes, toBase64, utf8 } from '@sotto/bytes';

/**
 * What a message's hash is the BLAKE2b-32 of: mailbox key with its prefix, the namespace in decimal
 * (nothing for 0), the data. No time: the same bytes in the same box are one message
 * (reference: session-protocol §3.5).
 */
export function messageHashInput(mailbox: Uint8Array, namespace: number, data: Uint8Array): Bytes {
  return concatBytes(mailbox, utf8(namespace === 0 ? '' : String(namespace)), data);
}

/** The 32 bytes of a hash as messages are named: 43 characters of base64, without padding. */
export function messageHashText(hash: Uint8Array): string {
  return toBase64(hash).replace('=', '');
}

const HASH = /^[A-Za-z0-9+/]{43}$/;

export function isMessageHash(text: string): boolean {
  return HASH.test(text);
}
