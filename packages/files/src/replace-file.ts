import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';
import { writeDurably } from './write-durably.ts';

/**
 * Put a file in place whole and durably: after a crash there is the old content or the new, never a part, and
 * once this returns it is the new. Only its user may read it, unless `mode` says otherwise.
 */
export function replaceFile(path: string, content: Uint8Array | string, mode = 0o600): void {
  const next = `${path}.new`;
  // What a crash has left of it may be open to others.
  rmSync(next, { force: true });
  writeDurably(next, content, mode);
  renameSync(next, path);
  syncFolder(dirname(path));
}
