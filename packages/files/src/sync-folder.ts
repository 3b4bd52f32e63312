import { closeSync, fsyncSync, openSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Without this a power cut may forget the names in a folder. Windows cannot open one and does not need to. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/**
 * The names that lead to a folder, up to where its file system begins. For what is made in a folder that may
 * be new itself: whatever lies in it is gone when its own name is forgotten (fsync(2)). A folder above that
 * this user may not read is somebody else's, and older.
 */
export function syncWayTo(folder: string): void {
  const { dev } = statSync(folder);
  for (let at = resolve(folder); at !== dirname(at); ) {
    at = dirname(at);
    if (statSync(at).dev !== dev) return;
    try {
      syncFolder(at);
    } catch (error) {
      if (!/^(EACCES|EPERM|EINVAL)$/.test(String((error as NodeJS.ErrnoException).code))) throw error;
    }
  }
}
