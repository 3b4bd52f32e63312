import { randomBytes } from 'node:crypto';
import { KEY_BYTES } from '../constants.ts';

/** A key that nobody guesses (reference: signal-service §8). */
export function newAttachmentKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}
