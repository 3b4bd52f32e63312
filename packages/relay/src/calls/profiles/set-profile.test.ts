import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aci } from '@signalapp/libsignal-client';
import { ProfileKey } from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, fromHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { aciFromBytes } from '@sotto/identity';
import { formatJson, formatSetProfile, parseJson, parsePostPolicyForm } from '@sotto/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEvents } from '../../events.ts';
import { createLimits } from '../../limits/limits.ts';
import { createCredentials } from '../../secrets/credentials.ts';
import { loadOrCreateSecrets } from '../../secrets/relay-secrets.ts';
import { addDevice, putAccount } from '../../store/accounts.ts';
import { readProfile } from '../../store/profiles.ts';
import { openRelayStore, type RelayStore } from '../../store/relay-store.ts';
import { saltedHash } from '../../store/salted-hash.ts';
import type { Avatars } from './avatars.ts';
import { setProfile } from './set-profile.ts';

let folder: string;
let store: RelayStore;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-profiles-'));
  store = openRelayStore(join(folder, 'relay.db'));
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const aci = aciFromBytes(randomBytes(16));

/** A place for pictures that only remembers what it was asked for. */
function createAvatars() {
  const removed: string[] = [];
  const avatars: Avatars = {
    form: ({ key, maxLength }) => {
      expect(maxLength).toBe(10 * 1024 * 1024);
      return { key, credential: 'c', acl: 'private', algorithm: 'a', date: 'd', policy: 'p', signature: 's' };
    },
    remove: async (key) => {
      removed.push(key);
    },
  };
  return { removed, avatars };
}

/** Somebody with a place for pictures, who sets profiles; the key of the form that comes back. */
async function createOwner(avatars: Avatars) {
  const password = saltedHash(randomBytes(18));
  await store.write(function* () {
    const keys = { identityKey: randomBytes(33), authCredentialSalt: randomBytes(16) };
    yield* putAccount({ aci, ...keys, unrestrictedAccess: true }, 1);
    const attributes = { fetchesMessages: true, registrationId: 1, capabilities: {} };
    const access = { unrestrictedUnidentifiedAccess: true, discoverableByPhoneNumber: false };
    yield* addDevice(aci, { id: 1, password, attributes: { ...attributes, ...access }, day: 1 });
  });
  const context = {
    store,
    avatars,
    credentials: createCredentials(loadOrCreateSecrets(folder)),
    limits: createLimits(),
    events: createEvents(() => undefined),
    now: () => 86_400_000,
  };
  return {
    events: context.events,
    set: async (key: ProfileKey, flags: { avatar: boolean; sameAvatar: boolean }) => {
      const who = Aci.fromUuidBytes(aci);
      const body = formatJson(
        formatSetProfile({
          commitment: asBytes(key.getCommitment(who).serialize()),
          version: key.getProfileKeyVersion(who).toString(),
          name: randomBytes(81),
          ...flags,
        }),
      );
      const reply = await setProfile(context, { body, caller: { aci, device: 1, login: password.salt } });
      expect(reply.status).toBe(200);
      return reply.body && parsePostPolicyForm(parseJson(reply.body)).key;
    },
    avatarUnder: async (key: ProfileKey) => {
      const version = fromHex(key.getProfileKeyVersion(Aci.fromUuidBytes(aci)).toString());
      return (await store.read(() => readProfile(aci, version)))?.avatar;
    },
  };
}

const UPDATE = { avatar: true, sameAvatar: false };
const SAME = { avatar: true, sameAvatar: true };
const NONE = { avatar: false, sameAvatar: false };

it('gives a form for each new picture, keeps the one that is there, and removes what is replaced', async () => {
  const { removed, avatars } = createAvatars();
  const { set, avatarUnder } = await createOwner(avatars);
  const key = new ProfileKey(randomBytes(32));
  const first = await set(key, UPDATE);
  expect(first).toMatch(/^profiles\/[A-Za-z0-9_-]{22}$/);
  expect(await avatarUnder(key)).toBe(first);
  expect(await set(key, SAME)).toBeUndefined();
  expect(await avatarUnder(key)).toBe(first);
  const second = await set(key, UPDATE);
  expect(removed).toEqual([first]);
  expect(await set(key, NONE)).toBeUndefined();
  expect(removed).toEqual([first, second]);
  expect(await avatarUnder(key)).toBeUndefined();
});

it('removes the pictures of profiles that are too old to be kept', async () => {
  const { removed, avatars } = createAvatars();
  const { set, avatarUnder } = await createOwner(avatars);
  const keys = Array.from({ length: 9 }, () => new ProfileKey(randomBytes(32)));
  const given: (string | undefined)[] = [];
  for (const key of keys) given.push(await set(key, UPDATE));
  const left = await Promise.all(keys.map(avatarUnder));
  expect(left.filter((avatar) => avatar !== undefined)).toHaveLength(8);
  expect(removed).toEqual(given.filter((_, index) => left[index] === undefined));
});

it('is stored also when the picture before cannot be removed', async () => {
  const { avatars } = createAvatars();
  const broken: Avatars = { ...avatars, remove: () => Promise.reject(new Error('the store is away')) };
  const { set, events } = await createOwner(broken);
  const key = new ProfileKey(randomBytes(32));
  await set(key, UPDATE);
  await set(key, NONE);
  expect(events.totals()['internal-error']).toBe(1);
});
