import { randomBytes } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Bytes } from '@sotto/bytes';
import { asStoreError, StoreError } from './errors.ts';

/** All of a small file. Throws StoreError `damaged` for one longer than `limit` bytes. */
export function readFile(path: string, limit: number): Bytes {
  return guarded(() => {
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
}

/**
 * Put a file in place whole and durably, mode 0600: after a crash there is the old content or the
 * new, never a part, and once this returns it is the new.
 */
export function replaceFile(path: string, content: Uint8Array): void {
  guarded(() => {
    const next = `${path}.new`;
    rmSync(next, { force: true });
    const file = openSync(next, 'wx', 0o600);
    writeAll(file, content);
    renameSync(next, path);
    syncFolder(path);
  });
}

/**
 * `replaceFile` for a file that must not be there yet: false, and nothing changed, when it is. Of
 * several processes at once one gets true.
 */
export function createFile(path: string, content: Uint8Array): boolean {
  return guarded(() => {
    // A name of its own: another process may be creating the same file.
    const next = `${path}.${randomBytes(8).toString('hex')}.new`;
    try {
      writeAll(openSync(next, 'wx', 0o600), content);
      linkSync(next, path);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    } finally {
      // The content stays reachable by the other name, or was never used.
      rmSync(next, { force: true });
      syncFolder(path);
    }
  });
}

/**
 * Overwrite with zeros what the file holds, then remove it, durably. It loses its name first: a crash would
 * otherwise leave zeros under a name that somebody reads.
 */
export function destroyFile(path: string): void {
  guarded(() => {
    const doomed = path.endsWith('.new') ? path : `${path}.new`;
    if (doomed !== path) {
      if (existsSync(doomed)) destroyFile(doomed);
      renameSync(path, doomed);
      syncFolder(path);
    }
    const file = openSync(doomed, 'r+');
    writeAll(file, new Uint8Array(fstatSync(file).size));
    rmSync(doomed);
    syncFolder(doomed);
  });
}

function writeAll(file: number, content: Uint8Array): void {
  try {
    let written = 0;
    while (written < content.length) written += writeSync(file, content, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * The names that lead to a folder, up to where its file system begins. For what is made in a folder that may
 * be new itself: whatever lies in it is gone when its own name is forgotten. A folder above that this user may
 * not read is somebody else's, and older.
 */
export function syncWayTo(folder: string): void {
  guarded(() => {
    const { dev } = statSync(folder);
    for (
      let at = resolve(folder);
      at !== dirname(at) && statSync(dirname(at)).dev === dev;
      at = dirname(at)
    ) {
      try {
        syncFolder(at);
      } catch (error) {
        if (!/^(EACCES|EPERM|EINVAL)$/.test(String((error as NodeJS.ErrnoException).code))) throw error;
      }
    }
  });
}

/** A name is durable only when the folder of the path is (fsync(2)). */
function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function guarded<Result>(action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw asStoreError(error);
  }
}
