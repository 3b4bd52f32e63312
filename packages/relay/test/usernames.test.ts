import { randomUUID } from 'node:crypto';
import { type Net, usernames } from '@signalapp/libsignal-client';
import { type Bytes, equalBytes, toBase64Url } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import {
  formatConfirmUsernameRequest,
  formatEncryptedUsername,
  formatJson,
  formatReserveUsernameRequest,
  parseConfirmedUsername,
  parseIdentityResponse,
  parseJson,
  parseReservedUsername,
  parseUsernameLinkHandle,
} from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { createLibsignalWorld, JSON_HEADERS, type LibsignalWorld, serviceIdOf } from './_libsignal-world.ts';
import { MailListener } from './_mail-listener.ts';
import { createNewcomer, type Newcomer, postRegistration, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Names are proved by whoever knows them, so each has a proper form. */
const newName = (): string =>
  usernames.generateCandidates(`who${randomBytes(3).join('')}`, 3, 32)[0] as string;

describe('a username', () => {
  let world: LibsignalWorld;
  beforeAll(async () => {
    world = await createLibsignalWorld();
  });
  afterAll(() => world.dispose());

  const put = async (chat: Net.ChatConnection, path: string, body: unknown) => {
    const answer = await chat.fetch({ verb: 'PUT', path, headers: JSON_HEADERS, body: formatJson(body) });
    expect(answer.status).toBe(200);
    return parseJson(answer.body ?? new Uint8Array());
  };

  it('is found by its hash and by its link, with the official client', async () => {
    const person = await world.newPerson();
    const chat = await world.connect(person, new MailListener());
    const name = newName();
    const hash = usernames.hash(name);
    expect(await world.anonymous.lookUpUsernameHash({ hash })).toBeNull();
    const reserve = formatReserveUsernameRequest({ usernameHashes: [hash] });
    const reserved = parseReservedUsername(await put(chat, '/v1/accounts/username_hash/reserve', reserve));
    expect(reserved.usernameHash).toEqual(new Uint8Array(hash));
    // Not before it is confirmed.
    expect(await world.anonymous.lookUpUsernameHash({ hash })).toBeNull();

    const { entropy, encryptedUsername } = usernames.createUsernameLink(name);
    const confirm = formatConfirmUsernameRequest({
      usernameHash: hash,
      zkProof: usernames.generateProof(name),
      encryptedUsername,
    });
    const confirmed = parseConfirmedUsername(await put(chat, '/v1/accounts/username_hash/confirm', confirm));
    const found = await world.anonymous.lookUpUsernameHash({ hash });
    expect(found?.isEqual(serviceIdOf(person))).toBe(true);
    const uuid = confirmed.usernameLinkHandle ?? '';
    const looked = await world.anonymous.lookUpUsernameLink({ uuid, entropy });
    expect(looked).toEqual({ username: name, hash });
    expect(await world.anonymous.lookUpUsernameLink({ uuid: randomUUID(), entropy })).toBeNull();

    const whoami = await chat.fetch({ verb: 'GET', path: '/v1/accounts/whoami', headers: [] });
    expect(parseIdentityResponse(parseJson(whoami.body ?? new Uint8Array()))).toMatchObject({
      usernameHash: reserved.usernameHash,
      usernameLinkHandle: confirmed.usernameLinkHandle,
    });
    // Who looks it up is not to be seen.
    for (const path of [
      `username_hash/${toBase64Url(hash)}`,
      `username_link/${confirmed.usernameLinkHandle}`,
    ]) {
      const refused = await chat.fetch({ verb: 'GET', path: `/v1/accounts/${path}`, headers: [] });
      expect(refused.status).toBe(400);
    }
    await chat.disconnect();
  });
});

describe('usernames', () => {
  let time = Date.UTC(2026, 10, 1);
  let relay: TestRelay;
  let alice: Newcomer;
  let bob: Newcomer;
  beforeAll(async () => {
    relay = await createTestRelay({ now: () => time });
    [alice, bob] = [await registered(relay), await registered(relay)];
  });
  afterAll(() => relay.dispose());

  const call = (verb: string, path: string, { authorization }: Newcomer, json?: unknown) =>
    ask(relay, { verb, path: `/v1/accounts/${path}`, headers: { authorization }, json });
  const reserve = (who: Newcomer, ...names: string[]) =>
    call(
      'PUT',
      'username_hash/reserve',
      who,
      formatReserveUsernameRequest({ usernameHashes: names.map(usernames.hash) }),
    );
  const confirm = (who: Newcomer, name: string, encryptedUsername?: Bytes) =>
    call(
      'PUT',
      'username_hash/confirm',
      who,
      formatConfirmUsernameRequest({
        usernameHash: usernames.hash(name),
        zkProof: usernames.generateProof(name),
        ...(encryptedUsername && { encryptedUsername }),
      }),
    );
  /** Reserved and confirmed: the statuses of both, and the handle of the link. */
  const take = async (who: Newcomer, name: string, encryptedUsername?: Bytes) => {
    const reserved = await reserve(who, name);
    const confirmed = await confirm(who, name, encryptedUsername);
    const statuses = [reserved.status, confirmed.status];
    if (confirmed.status !== 200) return { statuses };
    return { statuses, handle: parseConfirmedUsername(parseJson(confirmed.body)).usernameLinkHandle };
  };
  const ownerOf = async (name: string) => {
    const path = `/v1/accounts/username_hash/${toBase64Url(usernames.hash(name))}`;
    const { status, body } = await ask(relay, { verb: 'GET', path });
    return status === 200 ? (parseJson(body) as { uuid: string }).uuid : status;
  };
  const linkOf = async (handle: string | undefined) => {
    const { status, body } = await ask(relay, { verb: 'GET', path: `/v1/accounts/username_link/${handle}` });
    return status === 200 ? parseJson(body) : status;
  };
  const identityOf = async (who: Newcomer) =>
    parseIdentityResponse(parseJson((await call('GET', 'whoami', who)).body));

  it('are reserved as the first of several that is free', async () => {
    const [taken, free, other] = [newName(), newName(), newName()];
    expect((await take(alice, taken)).statuses).toEqual([200, 200]);
    const { usernameHash } = parseReservedUsername(parseJson((await reserve(bob, taken, free, other)).body));
    expect(equalBytes(usernameHash, usernames.hash(free))).toBe(true);
    expect((await reserve(bob, taken)).status).toBe(409);
    // One’s own is there already.
    const own = parseReservedUsername(parseJson((await reserve(alice, other, taken)).body));
    expect(equalBytes(own.usernameHash, usernames.hash(taken))).toBe(true);
  });

  it('are confirmed by who has reserved them, and can prove that they know them', async () => {
    const [name, other] = [newName(), newName()];
    expect((await confirm(alice, name)).status).toBe(409);
    expect((await reserve(bob, name)).status).toBe(200);
    expect((await confirm(alice, name)).status).toBe(410);
    const forged = formatConfirmUsernameRequest({
      usernameHash: usernames.hash(name),
      zkProof: usernames.generateProof(other),
    });
    expect((await call('PUT', 'username_hash/confirm', bob, forged)).status).toBe(422);
    expect((await confirm(bob, name)).status).toBe(200);
    expect(await ownerOf(name)).toBe(bob.aciText);
    // Another reservation ends the one before.
    expect([(await reserve(bob, other)).status, (await reserve(bob, newName())).status]).toEqual([200, 200]);
    expect((await confirm(bob, other)).status).toBe(409);
  });

  it('are reserved for five minutes', async () => {
    const name = newName();
    expect((await reserve(alice, name)).status).toBe(200);
    time += 5 * MINUTE;
    expect((await reserve(bob, name)).status).toBe(409);
    time += 1;
    // Nobody else has come: it is still theirs to confirm.
    expect((await confirm(alice, name)).status).toBe(200);
    const second = newName();
    expect((await reserve(alice, second)).status).toBe(200);
    time += 5 * MINUTE + 1;
    expect((await take(bob, second)).statuses).toEqual([200, 200]);
    expect((await confirm(alice, second)).status).toBe(410);
  });

  it('that are given up are found no more, and held for their owner for seven days', async () => {
    const name = newName();
    const { handle } = await take(alice, name, new Uint8Array(112));
    expect((await call('DELETE', 'username_hash', alice)).status).toBe(204);
    expect(await ownerOf(name)).toBe(404);
    expect(await linkOf(handle)).toBe(404);
    expect((await identityOf(alice)).usernameHash).toBeUndefined();
    time += 7 * DAY;
    expect((await reserve(bob, name)).status).toBe(409);
    expect((await confirm(alice, name)).status).toBe(409);
    expect((await take(alice, name)).statuses).toEqual([200, 200]);
    // By another name the first is given up too.
    expect((await take(alice, newName())).statuses).toEqual([200, 200]);
    expect(await ownerOf(name)).toBe(404);
    time += 7 * DAY + 1;
    expect((await take(bob, name)).statuses).toEqual([200, 200]);
    expect(await ownerOf(name)).toBe(bob.aciText);
    expect((await call('DELETE', 'username_hash', alice)).status).toBe(204);
    expect((await call('DELETE', 'username_hash', alice)).status).toBe(204);
  });

  it('that are held are three at the most, the last ones', async () => {
    const names = Array.from({ length: 5 }, newName);
    for (const name of names) {
      expect((await take(alice, name)).statuses).toEqual([200, 200]);
      time += MINUTE;
    }
    const free: number[] = [];
    for (const name of names) free.push((await reserve(bob, name)).status);
    expect(free).toEqual([200, 409, 409, 409, 409]);
  });

  it('have one link, whose handle is kept where that is wanted', async () => {
    const name = newName();
    const [first, second] = [randomBytes(112), randomBytes(112)];
    const { handle } = await take(alice, name, first);
    expect(await linkOf(handle)).toMatchObject({ usernameLinkEncryptedValue: toBase64Url(first) });
    const setLink = async (keepLinkHandle: boolean) => {
      const json = formatEncryptedUsername({ usernameLinkEncryptedValue: second, keepLinkHandle });
      const { body } = await call('PUT', 'username_link', alice, json);
      return parseUsernameLinkHandle(parseJson(body)).usernameLinkHandle;
    };
    expect(await setLink(true)).toBe(handle);
    expect(await linkOf(handle)).toMatchObject({ usernameLinkEncryptedValue: toBase64Url(second) });
    const replaced = await setLink(false);
    expect(replaced).not.toBe(handle);
    expect(await linkOf(handle)).toBe(404);
    expect((await identityOf(alice)).usernameLinkHandle).toBe(replaced);
    expect((await call('DELETE', 'username_link', alice)).status).toBe(204);
    expect(await linkOf(replaced)).toBe(404);
    expect(await ownerOf(name)).toBe(alice.aciText);
    const nobody = await registered(relay);
    const json = formatEncryptedUsername({ usernameLinkEncryptedValue: first, keepLinkHandle: true });
    expect((await call('PUT', 'username_link', nobody, json)).status).toBe(409);
  });

  it('wait for an owner who registers anew, and so do their links', async () => {
    const owner = await registered(relay);
    const name = newName();
    const encrypted = randomBytes(112);
    const { handle } = await take(owner, name, encrypted);
    const again = createNewcomer(owner.keys);
    const request = again.request({ recoveryPassword: owner.recoveryPassword });
    const reply = await postRegistration(relay, again, request, owner.aciText);
    expect(parseJson(reply.body)).toMatchObject({ usernameHash: null, usernameLinkHandle: handle });
    expect([await ownerOf(name), await linkOf(handle)]).toEqual([404, 404]);
    time += 2 * DAY;
    expect((await reserve(bob, name)).status).toBe(409);
    const confirmed = await confirm(again, name, encrypted);
    expect(parseJson(confirmed.body)).toMatchObject({ usernameLinkHandle: handle });
    expect(await ownerOf(name)).toBe(owner.aciText);
    expect(await linkOf(handle)).toMatchObject({ usernameLinkEncryptedValue: toBase64Url(encrypted) });
  });

  it('go with their account', async () => {
    const owner = await registered(relay);
    const name = newName();
    const { handle } = await take(owner, name, new Uint8Array(112));
    expect((await call('DELETE', 'me', owner)).status).toBe(204);
    expect([await ownerOf(name), await linkOf(handle)]).toEqual([404, 404]);
    expect((await take(bob, name)).statuses).toEqual([200, 200]);
  });

  it('leave no row when their time is over', async () => {
    const own = await createTestRelay({ now: () => time });
    const { authorization, aciText } = await registered(own);
    const json = formatReserveUsernameRequest({ usernameHashes: [usernames.hash(newName())] });
    const path = '/v1/accounts/username_hash/reserve';
    expect((await ask(own, { verb: 'PUT', path, headers: { authorization }, json })).status).toBe(200);
    const rows = () =>
      readLedger({ data: own.data, aci: aciText }).tables.find(({ table }) => table === 'username')?.rows;
    expect(rows()).toHaveLength(1);
    time += 5 * MINUTE + 1;
    // A relay keeps house when it starts.
    const restarted = await own.restart();
    await until(() => rows()?.length === 0, 'the reservation is forgotten');
    await restarted.dispose();
  });

  it.each([
    ['a hash of the wrong length', 'username_hash/AAAA'],
    ['a hash that is no base64', 'username_hash/!!!'],
    ['a handle that is no UUID', 'username_link/AAAA'],
  ])('by %s are refused', async (_name, path) => {
    expect((await ask(relay, { verb: 'GET', path: `/v1/accounts/${path}` })).status).toBe(422);
  });

  it('are looked up so often from one address, and links changed so often, and then not for a while', async () => {
    const own = await createTestRelay({ now: () => time, proxies: ['127.0.0.1'] });
    const owner = await registered(own);
    const { authorization } = owner;
    const path = `/v1/accounts/username_hash/${toBase64Url(usernames.hash(newName()))}`;
    const lookUps = await Promise.all(
      Array.from({ length: 101 }, () =>
        ask(own, { verb: 'GET', path, headers: { 'x-forwarded-for': '203.0.113.9' } }),
      ),
    );
    expect(lookUps.filter(({ status }) => status === 404)).toHaveLength(100);
    const refused = lookUps.find(({ status }) => status === 429);
    expect(refused?.headers.get('retry-after')).toBe('900');
    const removals = await Promise.all(
      Array.from({ length: 11 }, () =>
        ask(own, { verb: 'DELETE', path: '/v1/accounts/username_link', headers: { authorization } }),
      ),
    );
    expect(removals.map(({ status }) => status).sort()).toEqual([...Array(10).fill(204), 429]);
    await own.dispose();
  });
});
