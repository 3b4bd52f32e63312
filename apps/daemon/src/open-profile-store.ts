import { join } from 'node:path';
import type { Secret } from '@sotto/bytes';
import type { ClientStore } from '@sotto/client';
import { LocalApiError } from '@sotto/local-api';
import {
  createProfileKey,
  openStore,
  profileKeyKind,
  StoreError,
  unlockProfileKey,
} from '@sotto/store-sqlite';
import { readPassphrase } from './passphrase.ts';
import { hasStore, prepareFolder, restrictFolder, STORE_FILE } from './profile-folder.ts';
import { noAccount } from './refusals.ts';

export interface ProfileRequest {
  /** Canonical path of the folder. */
  readonly profile: string;
  readonly passphraseFile?: string;
  /** The key of the profile, where it was unlocked already. */
  readonly key?: Secret;
  /** Make the profile when there is none. */
  readonly create?: boolean;
}

/**
 * Open a profile's store; from here on this process owns the profile. Throws LocalApiError:
 * `profile-in-use`, `no-account`, `needs-passphrase`, `wrong-passphrase` or `bad-profile`.
 */
export async function openProfileStore(request: ProfileRequest): Promise<ClientStore> {
  const { profile } = request;
  const exists = await hasStore(profile);
  if (!exists && request.create !== true) throw noAccount();
  const given = request.passphraseFile;
  const passphrase = given === undefined ? {} : { passphrase: await readPassphrase(given) };
  if (exists) await restrictFolder(profile);
  else await prepareFolder(profile);
  try {
    const fresh = profileKeyKind(profile) === 'none' && !exists;
    const made = fresh ? createProfileKey : unlockProfileKey;
    const key = request.key ?? made({ folder: profile, ...passphrase });
    return await openStore({ path: join(profile, STORE_FILE), key });
  } catch (error) {
    throw storeRefusal(error);
  }
}

/** What a store or its key refuses, as the one error that screens know; anything else as it is. */
export function storeRefusal(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  switch (error.code) {
    case 'in-use':
      return new LocalApiError(
        'profile-in-use',
        'profile in use: another process owns it',
        'end the other sotto process of this profile',
      );
    case 'needs-passphrase':
      return new LocalApiError(
        'needs-passphrase',
        'this profile is locked with a passphrase',
        'give --passphrase-file F or set SOTTO_PASSPHRASE_FILE',
      );
    case 'wrong-passphrase':
      return new LocalApiError('wrong-passphrase', 'the passphrase is wrong');
    case 'newer-version':
      return new LocalApiError(
        'bad-profile',
        'a newer version of Sotto wrote this profile; this one would lose what it does not know',
        'use the newer version',
      );
    case 'no-key':
      return new LocalApiError(
        'bad-profile',
        'the key of this profile is missing; the store cannot be read without it',
      );
    case 'disk-full':
      return new LocalApiError(
        'disk-full',
        'no space left to write; nothing was done',
        'make room on the disk that the profile is on, and try again',
      );
    default:
      return new LocalApiError('bad-profile', error.message);
  }
}
