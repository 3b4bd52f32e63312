import type { Bytes } from '@sotto/bytes';
import { engine } from '#engine';
import { CryptoError } from './errors.ts';

/** One request beyond this is a mistake, not a need. */
const MOST = 1024 * 1024;

/** Bytes from the operating system's generator. Packages above take this as an argument. */
export function randomBytes(length: number): Bytes {
  if (!Number.isInteger(length) || length < 0 || length > MOST) {
    throw new CryptoError('bad-parameter', `random bytes come in 0 to ${MOST}`);
  }
  return engine.randomBytes(length);
}
