import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { asBytes, type Bytes, Secret } from '@sotto/bytes';
import { StoreError } from './errors.ts';
import { createFile, readFile, replaceFile, syncWayTo } from './key-disk.ts';
import { discard, discardUnwrapped, PLAIN, WRAPPED } from './key-files.ts';
import { DEFAULT_COST, type PassphraseCost, unwrapKey, wrapKey } from './wrap-key.ts';

/**
 * The key of a profile's store: 32 random bytes that never depend on the passphrase, so that the
 * passphrase can be set, changed and dropped without writing the store again.
 *
 * Without a passphrase they stand in the file `key`; with one, wrapped, in `key.json`. Where a crash
 * in the middle of a change has left both, `key.json` counts and `key` is removed at the next unlock.
 */
const KEY_BYTES = 32;
/** No key file of ours is longer; a longer one is not read into memory. */
const MAX_FILE = 4096;

export type ProfileKeyKind = 'none' | 'plain' | 'passphrase';

export interface CreateProfileKey {
  readonly folder: string;
  readonly passphrase?: string;
  readonly cost?: PassphraseCost;
}

/** How the key in a folder is kept, without reading it. */
export function profileKeyKind(folder: string): ProfileKeyKind {
  if (existsSync(join(folder, WRAPPED))) return 'passphrase';
  return existsSync(join(folder, PLAIN)) ? 'plain' : 'none';
}

/**
 * Make a key for a new profile. Never replaces a key: of several processes at once at most one
 * succeeds. Throws StoreError `key-exists`, `disk-full` or `io`.
 */
export function createProfileKey({ folder, passphrase, cost = DEFAULT_COST }: CreateProfileKey): Secret {
  if (profileKeyKind(folder) !== 'none') throw keyExists();
  if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(folder, 0o700);
  const key = new Secret(asBytes(randomBytes(KEY_BYTES)));
  const [name, other, content] =
    passphrase === undefined
      ? ([PLAIN, WRAPPED, key.expose()] as const)
      : ([WRAPPED, PLAIN, wrapKey(key, passphrase, cost)] as const);
  // Wrapping takes a second, in which somebody may have made a key under either name.
  if (profileKeyKind(folder) !== 'none') throw keyExists();
  if (!createFile(join(folder, name), content)) throw keyExists();
  // Two who get here at once under different names both look now, so not both can stay.
  if (existsSync(join(folder, other))) {
    discard(folder, name);
    throw keyExists();
  }
  syncWayTo(folder);
  return key;
}

function keyExists(): StoreError {
  return new StoreError('key-exists', 'this folder has a profile already');
}

/**
 * The key of an existing profile. With a passphrase this takes the time and memory that the file asks
 * for, within bounds. Throws StoreError `no-key`, `needs-passphrase`, `wrong-passphrase` or `damaged`.
 */
export function unlockProfileKey({
  folder,
  passphrase,
}: Pick<CreateProfileKey, 'folder' | 'passphrase'>): Secret {
  const kind = profileKeyKind(folder);
  if (kind === 'none') throw new StoreError('no-key', 'there is no profile in this folder');
  if (kind === 'plain') return plainKey(readFile(join(folder, PLAIN), MAX_FILE));
  if (passphrase === undefined) {
    throw new StoreError('needs-passphrase', 'this profile is locked with a passphrase');
  }
  const key = unwrapKey(readFile(join(folder, WRAPPED), MAX_FILE), passphrase);
  discardUnwrapped(folder);
  return key;
}

/** Set (`to`), change or drop (no `to`) the passphrase. The old way stays valid until the new one is on disk. */
export function changePassphrase({
  folder,
  from,
  to,
  cost,
}: {
  readonly folder: string;
  readonly from?: string;
  readonly to?: string;
  readonly cost?: PassphraseCost;
}): void {
  const key = unlockProfileKey({ folder, ...(from === undefined ? {} : { passphrase: from }) });
  keep(folder, key, to, cost);
  if (to === undefined) discard(folder, WRAPPED);
  else discardUnwrapped(folder);
}

function keep(
  folder: string,
  key: Secret,
  passphrase: string | undefined,
  cost: PassphraseCost = DEFAULT_COST,
): void {
  if (passphrase === undefined) replaceFile(join(folder, PLAIN), key.expose());
  else replaceFile(join(folder, WRAPPED), wrapKey(key, passphrase, cost));
}

function plainKey(bytes: Bytes): Secret {
  if (bytes.length !== KEY_BYTES) throw new StoreError('damaged', 'the key file is damaged');
  return new Secret(bytes);
}
