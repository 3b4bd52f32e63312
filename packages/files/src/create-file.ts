import { randomBytes } from 'node:crypto';
import { linkSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';
import { writeDurably } from './write-durably.ts';

/**
 * `replaceFile` for a file that must not be there yet: false, and nothing changed, when it is. Of several
 * processes at once one gets true.
 */
export function createFile(path: string, content: Uint8Array | string): boolean {
  // A name of its own: another process may be creating the same file.
  const next = `${path}.${randomBytes(8).toString('hex')}.new`;
  try {
    writeDurably(next, content, 0o600);
    linkSync(next, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    // The content stays reachable by the other name, or was never used.
    rmSync(next, { force: true });
    syncFolder(dirname(path));
  }
}
