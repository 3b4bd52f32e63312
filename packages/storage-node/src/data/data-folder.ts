import { takeFolder } from '@sotto/files';
import { StorageNodeError } from '../errors.ts';

const DATABASES = ['node.db', 'owner.lock'];

/** What makes a node this node; nothing in it is kept for others. */
export const OWN_FILES: readonly string[] = [
  'node.json',
  'directory.list',
  'certificate.pem',
  'certificate-key.pem',
  'vote-key',
  'registry.json',
];

/** Everything a node ever writes into its folder. */
const OURS = new Set([
  ...DATABASES.flatMap((name) => [name, `${name}-wal`, `${name}-shm`, `${name}-journal`]),
  ...OWN_FILES.flatMap((name) => [name, `${name}.new`]),
  'layers',
]);

/**
 * Make the folder, or take an empty or a node's own one, and close it to others: 0700.
 * Throws StorageNodeError `bad-data-folder`, also for one with anything else in it.
 */
export function prepareDataFolder(folder: string): void {
  const taken = takeFolder(folder, (name) => OURS.has(name));
  if (taken.outcome === 'taken') return;
  const cause = taken.outcome === 'unusable' ? { cause: taken.cause } : {};
  throw new StorageNodeError('bad-data-folder', WORDS[taken.outcome], cause);
}

const WORDS = {
  'other-owner': 'the data folder belongs to another user; run the storage node as its owner',
  'other-files': 'the data folder holds other files; name one that does not exist yet, or an empty one',
  unusable: 'the data folder cannot be made or used',
} as const;
