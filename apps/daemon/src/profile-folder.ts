import { constants } from 'node:fs';
import { chmod, lstat, mkdir, readdir, realpath, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LocalApiError } from '@sotto/local-api';

/** Everything that lives in a profile's folder. Nothing else is ever removed from it. */
export const STORE_FILE = 'store.db';
/** Leads a browser to the page of the app, and is there only until it did. */
export const OPEN_FILE = 'open.html';
const OURS = new Set([
  STORE_FILE,
  `${STORE_FILE}-wal`,
  `${STORE_FILE}-shm`,
  `${STORE_FILE}-journal`,
  OPEN_FILE,
]);

/** As the store names it, which commands that only attach do not load; also what a crash leaves of one. */
const KEY_FILE = /^key(\.json)?(\.([0-9a-f]{16}\.)?new)?$/;

function isOurs(name: string): boolean {
  return OURS.has(name) || KEY_FILE.test(name);
}

/** The folder by its one true name, so that two ways to write it are one profile. It need not exist. */
export async function canonicalProfile(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    return await realpath(absolute);
  } catch (error) {
    if (!isMissing(error)) throw badProfile('the profile folder cannot be reached');
  }
  const parent = dirname(absolute);
  if (parent === absolute) return absolute;
  return join(await canonicalProfile(parent), absolute.slice(parent.length).replace(/^[/\\]/, ''));
}

/** Whether the folder holds a store. Throws `bad-profile` when it is not a folder of this user. */
export async function hasStore(profile: string): Promise<boolean> {
  if (!(await isOwnFolder(profile))) return false;
  return (await readdir(profile)).includes(STORE_FILE);
}

/** Whether the key of this profile lies in it unwrapped, so that a passphrase locks nothing. */
export async function isUnlocked(path: string): Promise<boolean> {
  const profile = await canonicalProfile(path);
  if (!(await hasStore(profile))) return false;
  const names = await readdir(profile);
  return names.includes('key') && !names.includes('key.json');
}

/** Make the folder, 0700, or take an empty one. Refuses a folder with anything of somebody else's in it. */
export async function prepareFolder(profile: string): Promise<void> {
  if (await isOwnFolder(profile)) {
    const foreign = (await readdir(profile)).filter((name) => !isOurs(name));
    if (foreign.length > 0) {
      throw badProfile(
        'this folder holds other files',
        'name a folder that does not exist yet, or an empty one',
      );
    }
  } else {
    await mkdir(profile, { recursive: true, mode: 0o700 });
  }
  await restrictFolder(profile);
}

/** Close the folder to others, whatever it was. */
export async function restrictFolder(profile: string): Promise<void> {
  await chmod(profile, 0o700);
}

/** Remove what is ours, and the folder when that was all. */
export async function removeProfile(profile: string): Promise<void> {
  for (const name of await readdir(profile)) {
    if (isOurs(name)) await rm(join(profile, name), { force: true });
  }
  if ((await readdir(profile)).length === 0) await rmdir(profile);
}

/** False when there is nothing; throws when there is something that cannot be a profile. */
async function isOwnFolder(path: string): Promise<boolean> {
  try {
    const facts = await lstat(path);
    if ((facts.mode & constants.S_IFMT) !== constants.S_IFDIR)
      throw badProfile('the profile is not a folder');
    if (process.getuid !== undefined && facts.uid !== process.getuid()) {
      throw badProfile('the profile folder belongs to somebody else');
    }
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    if (error instanceof LocalApiError) throw error;
    throw badProfile('the profile folder cannot be read');
  }
}

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
}

function badProfile(message: string, hint?: string): LocalApiError {
  return new LocalApiError('bad-profile', message, hint);
}
