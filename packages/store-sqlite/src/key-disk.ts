import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { Bytes } from '@sotto/bytes';
import * as files from '@sotto/files';
import { asStoreError, StoreError } from './errors.ts';

/** Files of keys; every function throws only StoreError. */
export const createFile = guarded(files.createFile);
export const replaceFile = guarded(files.replaceFile);
export const destroyFile = guarded(files.destroyFile);
export const syncWayTo = guarded(files.syncWayTo);

/** All of a small file; `damaged` for one longer than `limit` bytes. */
export const readFile = guarded((path: string, limit: number): Bytes => {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    if (size > limit) throw new StoreError('damaged', 'the key file is far too long');
    const bytes = new Uint8Array(size);
    return bytes.subarray(0, readSync(file, bytes, 0, size, 0));
  } finally {
    closeSync(file);
  }
});

function guarded<Args extends readonly unknown[], Result>(action: (...args: Args) => Result) {
  return (...args: Args): Result => {
    try {
      return action(...args);
    } catch (error) {
      throw asStoreError(error);
    }
  };
}
