import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from './sync-folder.ts';

/**
 * Overwrite with zeros what the file holds, then remove it, durably. It loses its name first: a crash would
 * otherwise leave zeros under a name that somebody reads.
 */
export function destroyFile(path: string): void {
  const doomed = path.endsWith('.new') ? path : `${path}.new`;
  if (doomed !== path) {
    if (existsSync(doomed)) destroyFile(doomed);
    renameSync(path, doomed);
    syncFolder(dirname(path));
  }
  const file = openSync(doomed, 'r+');
  try {
    const zeros = new Uint8Array(fstatSync(file).size);
    let written = 0;
    while (written < zeros.length) written += writeSync(file, zeros, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  rmSync(doomed);
  syncFolder(dirname(doomed));
}
