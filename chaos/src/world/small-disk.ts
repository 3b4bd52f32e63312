import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Room for everything that a run writes, small enough to be filled in a moment. */
const SIZE = '32m';
const CHUNK = Buffer.alloc(256 * 1024, 0x5a);

/** A folder on a disk of its own, which can be full. Only root can make one. */
export class SmallDisk {
  readonly path: string;
  readonly #filler: string;

  private constructor(path: string, filler: string) {
    this.path = path;
    this.#filler = filler;
  }

  /** Undefined where this user may not mount anything. */
  static mount(path: string): SmallDisk | undefined {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE},mode=0700`, 'chaos', path]);
    return mounted.status === 0 ? new SmallDisk(path, join(path, 'filler')) : undefined;
  }

  /** Take all the room that is left. */
  fill(): void {
    const file = openSync(this.#filler, 'a');
    try {
      // Whole chunks first, then what is left to the last block.
      for (let size = CHUNK.length; size >= 512; ) {
        try {
          writeSync(file, CHUNK, 0, size);
        } catch {
          size /= 2;
        }
      }
    } finally {
      closeSync(file);
    }
  }

  clear(): void {
    rmSync(this.#filler, { force: true });
  }

  unmount(): void {
    spawnSync('umount', ['-l', this.path]);
  }
}
