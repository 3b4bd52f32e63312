import type { Bytes } from '@sotto/bytes';
import { ed25519Sign } from '@sotto/crypto';
import type { Box } from '../box.ts';

/** Where one chunk of a file lies, for whoever owns its mailbox. */
export function chunkBox(mailbox: Bytes, namespace: number, secret: Bytes): Box {
  return { key: mailbox, namespace, sign: (text) => ({ signature: ed25519Sign(secret, text) }) };
}

/**
 * Requests of one lane go by one path. The paths of files are others than those of messages, which say something
 * of whoever they are for.
 */
export function purposeOf(lane: number): string {
  return `file ${lane}`;
}
