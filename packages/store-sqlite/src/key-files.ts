import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { destroyFile } from './key-disk.ts';

export const PLAIN = 'key';
export const WRAPPED = 'key.json';

/** A key file, or what a crash leaves of one that was being put in place. */
const KEY_FILE = /^key(\.json)?(\.([0-9a-f]{16}\.)?new)?$/;

/**
 * Of a profile with a passphrase, everything that may hold its key unwrapped. Nothing where the passphrase
 * has been dropped meanwhile: then the plain file is the key.
 */
export function discardUnwrapped(folder: string): void {
  if (!existsSync(join(folder, WRAPPED))) return;
  for (const name of readdirSync(folder)) if (KEY_FILE.test(name) && name !== WRAPPED) discard(folder, name);
}

/** Overwritten first, so that a plain key does not stay in old blocks where the disk rewrites in place. */
export function discard(folder: string, name: string): void {
  const path = join(folder, name);
  if (existsSync(path)) destroyFile(path);
}
