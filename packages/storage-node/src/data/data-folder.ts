import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { StorageNodeError } from '../errors.ts';

const DATABASES = ['node.db', 'owner.lock'];
const FILES = ['node.json', 'directory.list', 'certificate.pem', 'certificate-key.pem'];

/** Everything a node ever writes into its folder, and what a file system puts at its own root. */
const OURS = new Set([
  ...DATABASES.flatMap((name) => [name, `${name}-wal`, `${name}-shm`, `${name}-journal`]),
  ...FILES.flatMap((name) => [name, `${name}.new`]),
  'layers',
  'lost+found',
]);

/**
 * Make the folder, or take an empty or a node's own one, and close it to others: 0700. A folder with
 * anything else in it is left as it is, since secrets among somebody's other files get copied, shared and
 * committed with them. Throws StorageNodeError `bad-data-folder`.
 */
export function prepareDataFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    check(folder);
    if ((statSync(folder).mode & 0o777) !== 0o700) chmodSync(folder, 0o700);
  } catch (error) {
    if (error instanceof StorageNodeError) throw error;
    throw bad('the data folder cannot be made or used', error);
  }
}

function check(folder: string): void {
  if (process.getuid !== undefined && statSync(folder).uid !== process.getuid()) {
    throw bad('the data folder belongs to another user; run the storage node as its owner');
  }
  if (readdirSync(folder).some((name) => !OURS.has(name))) {
    throw bad('the data folder holds other files; name one that does not exist yet, or an empty one');
  }
}

function bad(message: string, cause?: unknown): StorageNodeError {
  return new StorageNodeError('bad-data-folder', message, cause === undefined ? {} : { cause });
}
