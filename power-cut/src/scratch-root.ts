import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** Memory where there is a file system in it: a sync there costs nothing. */
export function scratchRoot(): string {
  return existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
}
