import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ClientStore } from '@sotto/client';
import { everything } from '@sotto/client/testing';
import { createProfileKey, openStore, profileKeyKind, unlockProfileKey } from '@sotto/store-sqlite';
import type { DatabaseFile, Facts } from './workload.ts';

export const profileIn = (folder: string): string => join(folder, 'profile');

/** As the daemon opens a profile: a new key where there is neither key nor store. */
export function openProfile(folder: string, residue: number): Promise<ClientStore> {
  const profile = profileIn(folder);
  const path = join(profile, 'store.db');
  const fresh = profileKeyKind(profile) === 'none' && !existsSync(path);
  const key = fresh ? createProfileKey({ folder: profile }) : unlockProfileKey({ folder: profile });
  return openStore({ path, key, residue });
}

/** All that can be read of it. */
export async function clientFacts(store: ClientStore): Promise<Facts> {
  const all = (await everything(store)) as Record<string, unknown>;
  return Object.entries(all).flatMap(([name, value]) =>
    Array.isArray(value)
      ? value.map((each, index) => `${name} ${index}: ${JSON.stringify(each)}`)
      : [`${name}: ${JSON.stringify(value)}`],
  );
}

export function profileDatabases(folder: string): readonly DatabaseFile[] {
  const key = unlockProfileKey({ folder: profileIn(folder) }).expose();
  return [{ path: join(profileIn(folder), 'store.db'), key }];
}
