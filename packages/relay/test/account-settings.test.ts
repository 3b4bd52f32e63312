import { REMOTE_CONFIG_KEYS } from '@signalapp/libsignal-client/dist/net.js';
import { toBase64, utf8 } from '@sotto/bytes';
import { formatMessageList, parseDataReport, parseJson, parseRemoteConfig } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { giveNumber } from './_give-number.ts';
import { createNewcomer, type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

let relay: TestRelay;
let alice: Newcomer;
beforeAll(async () => {
  relay = await createTestRelay();
  alice = await registered(relay);
});
afterAll(() => relay.dispose());

const call = (who: Newcomer, verb: string, path: string, json?: unknown) =>
  ask(relay, { verb, path, headers: { authorization: who.authorization }, json });

describe('the data report', () => {
  it('has every row and column that the ledger has', async () => {
    const message = {
      type: 6,
      destinationDeviceId: 1,
      destinationRegistrationId: 42,
      content: utf8('sealed'),
    };
    await ask(relay, {
      verb: 'PUT',
      path: `/v1/messages/${alice.aciText}`,
      headers: { 'unidentified-access-key': toBase64(alice.accessKey) },
      json: formatMessageList({ messages: [message], timestamp: 1, online: false, urgent: true }),
    });
    const story = { messages: [message], timestamp: 1, online: false, urgent: true };
    await ask(relay, {
      verb: 'PUT',
      path: `/v1/messages/${alice.aciText}?story=true`,
      json: formatMessageList(story),
    });
    const preKeys = Array.from({ length: 40 }, (_, keyId) => ({
      keyId,
      publicKey: toBase64(createNewcomer().keys.account),
    }));
    expect((await call(alice, 'PUT', '/v2/keys', { preKeys })).status).toBe(200);

    const reply = await call(alice, 'GET', '/v2/accounts/data_report');
    const { text, data, reportTimestamp } = parseDataReport(parseJson(reply.body));
    expect(Math.abs(reportTimestamp - Date.now())).toBeLessThan(60_000);
    expect(data.account).toEqual({
      badges: [],
      allowSealedSenderFromAnyone: false,
      findAccountByPhoneNumber: false,
    });
    expect(data.devices.map(({ id }) => id)).toEqual([1]);

    const sections = new Map(
      text.split(/^## /m).map((section) => [section.slice(0, section.indexOf('\n')), section] as const),
    );
    for (const { table, columns, rows } of readLedger({ data: relay.data, aci: alice.aciText }).tables) {
      const section = sections.get(table);
      expect(section, table).toBeDefined();
      if (table === 'mail') continue;
      for (const column of rows.length === 0 ? [] : columns) expect(section).toContain(`${column}: `);
    }
    expect(sections.get('account')).toContain(`access_key: ${toBase64(alice.accessKey)}`);
    expect(sections.get('account')).toContain('recovery_hash: kept, and not shown');
    expect(sections.get('one_time_key')).toContain('and 8 more of the kind');
    expect(sections.get('mail')).toMatch(/device: 1, from: contacts, messages: 1, bytes: [1-9]/);
    expect(sections.get('mail')).toMatch(/device: 1, from: strangers, messages: 0, bytes: 0/);
    expect(sections.get('mail')).toMatch(/device: 1, from: anybody, as stories, messages: 1, bytes: [1-9]/);
  });

  it('is for the account alone', async () => {
    const path = '/v2/accounts/data_report';
    expect((await ask(relay, { verb: 'GET', path })).status).toBe(401);
    const bob = await registered(relay);
    const { body } = await call(bob, 'GET', path);
    expect(parseDataReport(parseJson(body)).text).not.toContain(toBase64(alice.aci));
  });
});

describe('being found by number', () => {
  const path = '/v2/accounts/phone_number_discoverability';

  it('is set where there is a number', async () => {
    expect((await call(alice, 'PUT', path, { discoverableByPhoneNumber: false })).status).toBe(400);
    expect((await call(alice, 'PUT', path, {})).status).toBe(422);
    const before = await createTestRelay();
    const bob = await registered(before);
    const given = (await giveNumber(before, bob)).relay;
    const { authorization } = bob;
    for (const discoverableByPhoneNumber of [true, false]) {
      const json = { discoverableByPhoneNumber };
      expect((await ask(given, { verb: 'PUT', path, headers: { authorization }, json })).status).toBe(204);
      const report = await ask(given, {
        verb: 'GET',
        path: '/v2/accounts/data_report',
        headers: { authorization },
      });
      expect(parseDataReport(parseJson(report.body)).data.account.findAccountByPhoneNumber).toBe(
        discoverableByPhoneNumber,
      );
    }
    await given.dispose();
  });
});

describe('what there is not', () => {
  it.each([
    ['apn', { apnRegistrationId: 'abc' }],
    ['gcm', { gcmRegistrationId: 'abc' }],
  ])('push by %s: no token is taken, and none is there to be taken away', async (kind, token) => {
    const path = `/v1/accounts/${kind}/`;
    expect((await call(alice, 'PUT', path, token)).status).toBe(422);
    expect((await call(alice, 'PUT', path, {})).status).toBe(422);
    expect((await call(alice, 'DELETE', path)).status).toBe(204);
    expect((await ask(relay, { verb: 'DELETE', path })).status).toBe(401);
  });

  it.each(['/v2/directory/auth', '/v2/svr/auth', '/v1/storage/auth', '/v1/archives/auth/svrb'])(
    'a service that %s would open',
    async (path) => {
      expect((await call(alice, 'GET', path)).status).toBe(404);
    },
  );
});

describe('the remote configuration', () => {
  const path = '/v2/config';

  it('is sent once to who remembers its tag', async () => {
    const first = await call(alice, 'GET', path);
    expect([first.status, parseJson(first.body)]).toEqual([200, { config: {} }]);
    const tag = first.headers.get('etag') ?? '';
    expect(tag).toMatch(/^"[0-9a-f]+"$/);
    const again = async (known: string) => {
      const { authorization } = alice;
      const headers = { authorization, 'if-none-match': known };
      const { status, headers: told, body } = await ask(relay, { verb: 'GET', path, headers });
      expect([told.get('etag'), body.length === 0]).toEqual([tag, status === 304]);
      return status;
    };
    expect([await again(tag), await again(`W/${tag}`), await again(`"x", ${tag}`)]).toEqual([304, 304, 304]);
    expect([await again('"x"'), await again(tag.slice(1, -1))]).toEqual([200, 200]);
  });

  it('has what the operator sets, for Signal’s own client stack too, under every name that it knows', async () => {
    const known = REMOTE_CONFIG_KEYS.map((key) => [`desktop.libsignalNet.${key}`, 'true'] as const);
    expect(known.length).toBeGreaterThan(0);
    const config = { ...Object.fromEntries(known), 'global.payments.disabledRegions': '98,963,53,850,7' };
    const own = await createTestRelay({ remoteConfig: config });
    const chat = await own.net().connectUnauthenticatedChat({ onConnectionInterrupted: () => undefined });
    const { status, body } = await chat.fetch({ verb: 'GET', path, headers: [] });
    expect([status, parseRemoteConfig(parseJson(body ?? new Uint8Array()))]).toEqual([200, { config }]);
    await chat.disconnect();
    const plain = await ask(own, { verb: 'GET', path });
    expect(parseJson(plain.body)).toEqual({ config });
    await own.dispose();
  });
});
