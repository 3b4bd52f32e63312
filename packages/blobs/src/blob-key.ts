import { BlobsError } from './errors.ts';

/**
 * A collection, then one to three names. No name begins with a dot, so that none leads out of a folder, and none
 * has a `~`, which stores use in names of their own.
 */
const KEY = /^[a-z]{1,32}(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}){1,3}$/;

/** Whether a text from outside can name a blob, such as `attachments/9tRm…` or `stickers/0a1b…/full/3`. */
export function isBlobKey(text: string): boolean {
  return KEY.test(text);
}

/** What a store does first with every key that it is given. Throws BlobsError `bad-key`. */
export function checkBlobKey(key: string): void {
  if (!isBlobKey(key)) throw new BlobsError('bad-key', 'this is not the key of a blob');
}

/** The first part of a key. */
export function collectionOf(key: string): string {
  return key.slice(0, key.indexOf('/'));
}
