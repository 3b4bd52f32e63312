import { chmodSync, closeSync, existsSync, openSync, statSync } from 'node:fs';

/** What SQLite keeps beside a database while it is open. */
const COMPANIONS = ['-wal', '-shm'];

/**
 * Let a database file exist with mode 0600 before SQLite opens it, which would create it with the mode
 * of the umask; files that were there before get that mode too.
 *
 * An existing file is never opened here: closing any descriptor of a file gives up every lock that the
 * process holds on it (fcntl(2)), those of SQLite included.
 */
export function makePrivate(path: string): void {
  if (createEmpty(path)) return;
  for (const file of [path, ...COMPANIONS.map((ending) => path + ending)]) {
    if (existsSync(file) && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  }
}

/** False when there is such a file already. */
function createEmpty(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx', 0o600));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
