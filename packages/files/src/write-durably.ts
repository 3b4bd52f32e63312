import { closeSync, fsyncSync, openSync, writeFileSync } from 'node:fs';

/** Write a file that is not there yet, and wait until its content, though not its name, is on disk. */
export function writeDurably(path: string, content: Uint8Array | string, mode: number): void {
  const file = openSync(path, 'wx', mode);
  try {
    // Writes on until all is written: the system may take a part when the disk fills.
    writeFileSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
