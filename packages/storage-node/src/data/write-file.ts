import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { syncFolder } from '@sotto/mailbox';

/** Write a file that only its user may read, whole or not at all, synced with its name. */
export function writePrivateFile(path: string, content: Uint8Array | string): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    // Writes on until all is written: the system may take a part when the disk fills.
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}
