import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder on a disk of its own, which is soon full. Only root can make one. */
export class SmallDisk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** Undefined where this user may not mount anything. */
  static mount(bytes: number): SmallDisk | undefined {
    const path = mkdtempSync(join(tmpdir(), 'sotto-small-'));
    const options = `size=${bytes},mode=0700`;
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'sotto', path], { stdio: 'ignore' });
    if (mounted.status === 0) return new SmallDisk(path);
    rmSync(path, { recursive: true });
    return undefined;
  }

  unmount(): void {
    spawnSync('umount', ['-l', this.path], { stdio: 'ignore' });
    rmSync(this.path, { recursive: true });
  }
}
