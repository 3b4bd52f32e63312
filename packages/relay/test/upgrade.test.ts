import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBase64 } from '@sotto/bytes';
import { openDatabase } from '@sotto/database';
import { parseJson, parsePreKeyResponse } from '@sotto/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInvite } from '../src/create-invite.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { RELAY_MIGRATIONS } from '../src/store/schema.ts';
import { MailListener } from './_mail-listener.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

interface Facts {
  readonly url: string;
  readonly madeAt: number;
  /** Of the keys of the first of them; and a request through the onion network. */
  readonly spentWork: string;
  readonly seenRequest: string;
  readonly people: readonly {
    readonly aci: string;
    readonly password: string;
    readonly accessKey: string;
    /** Still there: one-time keys of both kinds. */
    readonly preKeys: readonly { readonly keyId: number; readonly publicKey: string }[];
    readonly pqPreKeys: readonly number[];
  }[];
}

/**
 * A folder as a relay of data version 2 left it: two accounts with prekeys and a record, a message that waits for the second
 * of them, tickets, and something of all that works once.
 */
const OLD = new URL('./fixtures/data-version-2', import.meta.url).pathname;
const facts = JSON.parse(readFileSync(`${OLD}.json`, 'utf8')) as Facts;
const TABLES = {
  account: 'aci',
  device: 'aci, device',
  lasting_key: 'aci, device, kind',
  one_time_key: 'aci, device, kind, key_id',
  record: 'aci',
  ticket: 'ticket_hash',
  spent_receipt: 'serial',
  spent_work: 'stamp',
  seen_request: 'tag',
};

let data: string;
let relay: TestRelay;
beforeEach(async () => {
  data = copy();
  relay = await createTestRelay({ data, now: () => facts.madeAt + 60_000 });
});
afterEach(async () => {
  await relay.dispose();
  rmSync(data, { recursive: true, force: true });
});

function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-upgrade-'));
  cpSync(OLD, folder, { recursive: true });
  chmodSync(folder, 0o700);
  return folder;
}

it('goes on with the data of the version before: its key, its accounts, their mail and records', async () => {
  expect(new URL(relay.relay.url).hash).toBe(new URL(facts.url).hash);
  const [, bob] = facts.people;
  const listener = new MailListener(200);
  const connection = await relay
    .net()
    .connectAuthenticatedChat(`${bob?.aci}.1`, `${bob?.password}`, false, listener);
  await listener.messages(1);
  await listener.empty();
  await connection.disconnect();
  expect(listener.texts()).toEqual(['sealed']);
  for (const { aci } of facts.people) {
    const { status, body } = await ask(relay, { verb: 'GET', path: `/v1/sotto/record/${aci}` });
    expect([status, body.length > 0]).toEqual([200, true]);
  }
});

it('gives out the prekeys that were left there: a one-time key of each kind, once', async () => {
  for (const { aci, accessKey, preKeys, pqPreKeys } of facts.people) {
    const fetchKeys = async () => {
      const headers = { 'unidentified-access-key': accessKey };
      const reply = await ask(relay, { verb: 'GET', path: `/v2/keys/${aci}/*`, headers });
      expect(reply.status).toBe(200);
      return parsePreKeyResponse(parseJson(reply.body)).devices[0];
    };
    const given = await fetchKeys();
    expect(given?.preKey).toEqual(
      preKeys.map(({ keyId, publicKey }) => ({ keyId, publicKey: fromBase64(publicKey) }))[0],
    );
    expect(given?.pqPreKey?.keyId).toBe(pqPreKeys[0]);
    // All were given out: from now on there are only those that last.
    const last = await fetchKeys();
    expect(last?.preKey).toBeUndefined();
    expect(last?.signedPreKey.keyId).toBe(1);
    expect(last?.pqPreKey?.keyId).toBe(1);
  }
});

it('remembers what had been used: work, and a request through the onion network', async () => {
  const [alice] = facts.people;
  const headers = { 'sotto-work': facts.spentWork };
  expect((await ask(relay, { verb: 'GET', path: `/v2/keys/${alice?.aci}/*`, headers })).status).toBe(401);
  const body = fromBase64(facts.seenRequest);
  expect((await ask(relay, { verb: 'POST', path: '/oxen/v4/lsrpc', body })).status).toBe(400);
});

it('keeps each row of each table as it was', () => {
  const folder = copy();
  const path = join(folder, 'relay.db');
  const read = (migrations: readonly string[]) => {
    const database = openDatabase({ path, migrations });
    const tables = Object.entries(TABLES).map(([name, order]) =>
      database.prepare(`SELECT * FROM ${name} ORDER BY ${order}`).all(),
    );
    database.close();
    return tables;
  };
  const before = read(RELAY_MIGRATIONS.slice(0, 2));
  const after = read(RELAY_MIGRATIONS);
  rmSync(folder, { recursive: true });
  for (const rows of before) expect(rows.length).toBeGreaterThan(0);
  expect(after).toMatchObject(before);
  expect(after.map((rows) => rows.length)).toEqual(before.map((rows) => rows.length));
});

it('changes nothing for a command that comes with a newer program than the relay', async () => {
  const served = mkdtempSync(join(tmpdir(), 'sotto-upgrade-'));
  cpSync(OLD, served, { recursive: true });
  const before = readFileSync(join(served, 'relay.db'));
  try {
    await expect(createInvite({ data: served })).rejects.toMatchObject({ code: 'older-version' });
    expect(() => readLedger({ data: served, aci: `${facts.people[0]?.aci}` })).toThrow(
      expect.objectContaining({ code: 'older-version' }),
    );
    expect(readFileSync(join(served, 'relay.db')).equals(before)).toBe(true);
  } finally {
    rmSync(served, { recursive: true, force: true });
  }
});
