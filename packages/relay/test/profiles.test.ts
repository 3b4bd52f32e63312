import { Aci } from '@signalapp/libsignal-client';
import {
  ClientZkProfileOperations,
  ExpiringProfileKeyCredentialResponse,
  GroupMasterKey,
  GroupSecretParams,
  ProfileKey,
  ServerPublicParams,
  ServerSecretParams,
  ServerZkProfileOperations,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, type Bytes, toBase64, toHex } from '@sotto/bytes';
import { hmacSha256, randomBytes, sha256 } from '@sotto/crypto';
import {
  formatIdentityCheck,
  formatJson,
  formatSetProfile,
  formatUuid,
  parseCredentialProfile,
  parseIdentityCheckResponse,
  parseJson,
  parseProfile,
  parseRelayInfo,
  parseVersionedProfile,
  type SetProfile,
} from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSecrets } from '../src/secrets/relay-secrets.ts';
import { giveNumber } from './_give-number.ts';
import { createLibsignalWorld, JSON_HEADERS, type LibsignalWorld } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { createNewcomer, type Newcomer, registered } from './_newcomer.ts';
import type { Person } from './_person.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay } from './_test-relay.ts';

let world: LibsignalWorld;
beforeAll(async () => {
  world = await createLibsignalWorld();
});
afterAll(() => world.dispose());

const bodyOf = ({ body }: { readonly body?: Uint8Array | undefined }) =>
  parseJson(asBytes(body ?? new Uint8Array()));

/** A profile under a key of its own, with a field of each length that clients write. */
function profileUnder(key: ProfileKey, aci: string, changes: Partial<SetProfile> = {}): SetProfile {
  const who = Aci.parseFromServiceIdString(aci);
  return {
    commitment: asBytes(key.getCommitment(who).serialize()),
    version: versionOf(key, aci),
    name: randomBytes(81),
    about: randomBytes(156),
    aboutEmoji: randomBytes(60),
    paymentAddress: randomBytes(582),
    phoneNumberSharing: randomBytes(29),
    avatar: false,
    sameAvatar: false,
    ...changes,
  };
}

const newKey = (): ProfileKey => new ProfileKey(randomBytes(32));
const versionOf = (key: ProfileKey, aci: string): string =>
  key.getProfileKeyVersion(Aci.parseFromServiceIdString(aci)).toString();

const putRaw = ({ authorization }: Newcomer, profile: object) =>
  ask(world.relay, { verb: 'PUT', path: '/v1/profile', headers: { authorization }, json: profile });
const put = async (who: Newcomer, profile: SetProfile) =>
  (await putRaw(who, formatSetProfile(profile) as object)).status;
const get = (path: string, headers: Record<string, string> = {}) =>
  ask(world.relay, { verb: 'GET', path: `/v1/profile/${path}`, headers });
const byKey = (key: Bytes) => ({ 'unidentified-access-key': toBase64(key) });

describe('a profile', () => {
  it('is read by contacts through the official client, who check that it is under the key they know', async () => {
    const owner = await world.newPerson();
    const chat = await world.connect(owner, new MailListener());
    const key = newKey();
    const profile = profileUnder(key, owner.aci);
    const stored = await chat.fetch({
      verb: 'PUT',
      path: '/v1/profile',
      headers: JSON_HEADERS,
      body: formatJson(formatSetProfile(profile)),
    });
    expect([stored.status, stored.body?.length ?? 0]).toEqual([200, 0]);
    await chat.disconnect();

    const headers: [string, string][] = [['unidentified-access-key', toBase64(owner.accessKey)]];
    const path = `/v1/profile/${owner.aci}/${profile.version}`;
    const answer = await world.anonymous.fetch({ verb: 'GET', path, headers });
    const { uuid, identityKey, ...read } = parseVersionedProfile(bodyOf(answer));
    expect(uuid.uuid).toEqual(Aci.parseFromServiceIdString(owner.aci).getRawUuidBytes());
    expect(identityKey).toEqual(asBytes(owner.identity.getPublicKey().serialize()));
    expect(read).toEqual({
      name: profile.name,
      about: profile.about,
      aboutEmoji: profile.aboutEmoji,
      paymentAddress: profile.paymentAddress,
      phoneNumberSharing: profile.phoneNumberSharing,
      unidentifiedAccess: hmacSha256(owner.accessKey, new Uint8Array(32)),
      unrestrictedUnidentifiedAccess: false,
      capabilities: {
        attachmentBackfill: false,
        spqr: true,
        profiles_v2: false,
        usernameChangeSyncMessage: false,
      },
    });
    await verifiesCredential(owner, key, headers);
  });

  /** What a contact does to show a group that the profile key is the owner's. */
  async function verifiesCredential(owner: Person, key: ProfileKey, headers: [string, string][]) {
    const info = await ask(world.relay, { verb: 'GET', path: '/v1/sotto/relay' });
    const publicParams = new ServerPublicParams(parseRelayInfo(parseJson(info.body)).zkPublicParams);
    const client = new ClientZkProfileOperations(publicParams);
    const aci = Aci.parseFromServiceIdString(owner.aci);
    const context = client.createProfileKeyCredentialRequestContext(aci, key);
    const request = toHex(context.getRequest().serialize());
    const path = `/v1/profile/${owner.aci}/${versionOf(key, owner.aci)}/${request}`;
    const query = '?credentialType=expiringProfileKey';
    const answer = await world.anonymous.fetch({ verb: 'GET', path: path + query, headers });
    const { credential = new Uint8Array() } = parseCredentialProfile(bodyOf(answer));
    const received = client.receiveExpiringProfileKeyCredential(
      context,
      new ExpiringProfileKeyCredentialResponse(credential),
    );
    const daysLeft = (received.getExpirationTime().getTime() - Date.now()) / 86_400_000;
    expect(daysLeft).toBeGreaterThan(6 - 0.01);
    expect(daysLeft).toBeLessThanOrEqual(7);

    const group = GroupSecretParams.deriveFromMasterKey(new GroupMasterKey(randomBytes(32)));
    const presentation = client.createExpiringProfileKeyCredentialPresentation(group, received);
    const secrets = loadSecrets(world.relay.data);
    const params = new ServerSecretParams(secrets?.zkParams.expose() ?? new Uint8Array());
    const server = new ServerZkProfileOperations(params);
    server.verifyProfileKeyCredentialPresentation(group.getPublicParams(), presentation);

    // No other kind of credential, and none for another key.
    const fetch = async (rest: string) =>
      (await world.anonymous.fetch({ verb: 'GET', path: rest, headers })).status;
    expect(await fetch(path)).toBe(400);
    expect(await fetch(`${path.slice(0, -2)}${query}`)).toBe(400);
    const other = client.createProfileKeyCredentialRequestContext(aci, newKey());
    const foreign = toHex(other.getRequest().serialize());
    expect(await fetch(`${path.slice(0, -request.length)}${foreign}${query}`)).toBe(400);
  }

  it('opens to accounts and to who has the access key, and tells nobody else whether it is there', async () => {
    const [owner, reader, nobody] = [
      await registered(world.relay),
      await registered(world.relay),
      createNewcomer(),
    ];
    const key = newKey();
    const profile = profileUnder(key, owner.aciText);
    expect(await put(owner, profile)).toBe(200);
    const account = { authorization: reader.authorization };
    for (const rest of [
      '',
      `/${profile.version}`,
      `/${profile.version}/00?credentialType=expiringProfileKey`,
    ]) {
      const status = async (who: Newcomer, headers: Record<string, string>) =>
        (await get(`${who.aciText}${rest}`, headers)).status;
      const open = rest.includes('?') ? 400 : 200;
      expect(await status(owner, account)).toBe(open);
      expect(await status(owner, byKey(owner.accessKey))).toBe(open);
      expect(await status(owner, {})).toBe(401);
      expect(await status(owner, byKey(randomBytes(16)))).toBe(401);
      expect(await status(nobody, byKey(randomBytes(16)))).toBe(401);
      expect(await status(nobody, account)).toBe(404);
    }
    const pni = `PNI:${owner.aciText}`;
    expect((await get(pni, byKey(owner.accessKey))).status).toBe(401);
    expect((await get(pni, account)).status).toBe(404);
    const token = { 'group-send-token': toBase64(randomBytes(40)) };
    expect((await get(owner.aciText, token)).status).toBe(401);
    expect((await get(owner.aciText, { ...token, ...byKey(owner.accessKey) })).status).toBe(400);
  });

  it('of a number is its own, and is for accounts only', async () => {
    const before = await createTestRelay();
    const [owner, reader] = [await registered(before), await registered(before)];
    const { relay, pni, identityKey } = await giveNumber(before, owner);
    const path = `/v1/profile/PNI:${formatUuid(pni)}`;
    const fetch = (headers: Record<string, string>) => ask(relay, { verb: 'GET', path, headers });
    const found = parseProfile(bodyOf(await fetch({ authorization: reader.authorization })));
    expect(found).toMatchObject({ uuid: { kind: 'pni', uuid: pni }, identityKey });
    expect(found.unidentifiedAccess).toBeUndefined();
    expect((await fetch(byKey(owner.accessKey))).status).toBe(401);
    const elements = [{ uuid: `PNI:${formatUuid(pni)}`, fingerprint: toBase64(randomBytes(4)) }];
    const checked = await ask(relay, {
      verb: 'POST',
      path: '/v1/profile/identity_check/batch',
      json: { elements },
    });
    expect(parseIdentityCheckResponse(bodyOf(checked)).elements).toEqual([
      { uuid: { kind: 'pni', uuid: pni }, identityKey },
    ]);
    await relay.dispose();
  });

  it('of another version is without its fields, and an older one without a credential and where to pay', async () => {
    const owner = await registered(world.relay);
    const [older, current] = [newKey(), newKey()];
    const first = profileUnder(older, owner.aciText);
    expect(await put(owner, first)).toBe(200);
    expect(await put(owner, profileUnder(current, owner.aciText, { about: new Uint8Array(0) }))).toBe(200);
    const headers = byKey(owner.accessKey);
    const read = async (key: ProfileKey) =>
      parseCredentialProfile(
        bodyOf(
          await get(
            `${owner.aciText}/${versionOf(key, owner.aciText)}/00?credentialType=expiringProfileKey`,
            headers,
          ),
        ),
      );
    const old = await read(older);
    expect(old.name).toEqual(first.name);
    expect([old.paymentAddress, old.credential]).toEqual([undefined, undefined]);
    const unknown = bodyOf(await get(`${owner.aciText}/${versionOf(newKey(), owner.aciText)}`, headers));
    expect(unknown).toMatchObject({ name: null, about: null, avatar: null, paymentAddress: null });
    const newest = bodyOf(await get(`${owner.aciText}/${versionOf(current, owner.aciText)}`, headers));
    expect(newest).toMatchObject({ about: null, paymentAddress: expect.any(String) });
    expect(parseProfile(bodyOf(await get(owner.aciText, headers)))).toMatchObject({
      identityKey: owner.keys.account,
    });
  });

  it('is one of eight that an account has at the most, and the current one stays', async () => {
    const owner = await registered(world.relay);
    const keys = Array.from({ length: 10 }, newKey);
    for (const key of keys) expect(await put(owner, profileUnder(key, owner.aciText))).toBe(200);
    const names = await Promise.all(
      keys.map(async (key) => {
        const path = `${owner.aciText}/${versionOf(key, owner.aciText)}`;
        return parseVersionedProfile(bodyOf(await get(path, byKey(owner.accessKey)))).name;
      }),
    );
    expect(names.filter((name) => name !== undefined)).toHaveLength(8);
    expect(names.at(-1)).toBeDefined();
  });

  it.each<[string, number, object]>([
    ['a name of another length', 422, { name: toBase64(randomBytes(80)) }],
    ['an about text of another length', 422, { about: toBase64(randomBytes(157)) }],
    ['a version that is no hash', 422, { version: 'ab' }],
    ['a commitment that is none', 422, { commitment: toBase64(new Uint8Array(97).fill(255)) }],
    ['no name', 422, { name: null }],
  ])('is refused for %s', async (_name, status, changes) => {
    const owner = await registered(world.relay);
    const profile = formatSetProfile(profileUnder(newKey(), owner.aciText)) as object;
    expect((await putRaw(owner, { ...profile, ...changes })).status).toBe(status);
    expect((await putRaw(owner, profile)).status).toBe(200);
  });

  it('is not set this way by clients that have said that they do it in the newer one', async () => {
    const owner = await registered(world.relay);
    const { accountAttributes } = owner.request();
    const json = { ...accountAttributes, unidentifiedAccessKey: toBase64(owner.accessKey) };
    const attributes = await ask(world.relay, {
      verb: 'PUT',
      path: '/v1/accounts/attributes/',
      headers: { authorization: owner.authorization },
      json: { ...json, recoveryPassword: null, capabilities: { spqr: true, profiles_v2: true } },
    });
    expect(attributes.status).toBe(204);
    expect(await put(owner, profileUnder(newKey(), owner.aciText))).toBe(412);
  });
});

describe('identity keys', () => {
  const check = (body: unknown, headers: Record<string, string> = {}) =>
    ask(world.relay, { verb: 'POST', path: '/v1/profile/identity_check/batch', headers, json: body });
  const element = (who: Newcomer, key: Bytes) => ({
    uuid: { kind: 'aci' as const, uuid: who.aci },
    fingerprint: asBytes(sha256(key).slice(0, 4)),
  });

  it('of many are checked at once, and those that differ are told', async () => {
    const [same, other] = [await registered(world.relay), await registered(world.relay)];
    const strangers = Array.from({ length: 250 }, () => createNewcomer());
    const elements = [
      element(same, same.keys.account),
      ...strangers.map((who) => element(who, randomBytes(33))),
    ];
    elements.splice(150, 0, element(other, same.keys.account));
    const reply = await check(formatIdentityCheck({ elements }));
    expect(parseIdentityCheckResponse(bodyOf(reply)).elements).toEqual([
      { uuid: { kind: 'aci', uuid: other.aci }, identityKey: other.keys.account },
    ]);
  });

  it('are not checked under an account, whose contacts those would be, nor more than a thousand', async () => {
    const { authorization } = await registered(world.relay);
    expect((await check({ elements: [] }, { authorization })).status).toBe(400);
    const one = createNewcomer();
    const elements = Array.from({ length: 1_001 }, () => ({
      uuid: one.aciText,
      fingerprint: toBase64(randomBytes(4)),
    }));
    expect((await check({ elements })).status).toBe(422);
  });
});
