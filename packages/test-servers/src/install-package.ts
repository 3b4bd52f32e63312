import { spawnSync } from 'node:child_process';

/** How long one run of apt-get waits for another worker's, seconds. */
const LOCK_WAIT = 300;

/**
 * The path of a program of a Debian package, which is installed first where that is allowed: as root, where
 * there is apt-get. Anywhere else a person's system is theirs to change, and the error says what is missing.
 */
export function programOf(debianPackage: string, find: () => string | undefined): string {
  const found = find();
  if (found !== undefined) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0 && !install(debianPackage)) {
    // A fresh image has no package lists yet.
    aptGet('update');
    install(debianPackage);
  }
  const installed = find();
  if (installed !== undefined) return installed;
  throw new Error(`this test needs ${debianPackage}. On Debian: sudo apt-get install ${debianPackage}`);
}

const install = (debianPackage: string): boolean =>
  aptGet('install', '-y', '--no-install-recommends', debianPackage);

function aptGet(...args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const all = ['-o', `DPkg::Lock::Timeout=${LOCK_WAIT}`, ...args];
  return spawnSync('apt-get', all, { env, stdio: 'ignore' }).status === 0;
}
