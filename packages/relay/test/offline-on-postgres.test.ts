import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toBase64, utf8 } from '@sotto/bytes';
import { openPostgres } from '@sotto/database';
import { formatMessageList } from '@sotto/protocol';
import { type PostgresServer, startPostgres } from '@sotto/test-servers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backupRelay } from '../src/backup/backup-relay.ts';
import { restoreRelay } from '../src/backup/restore-relay.ts';
import { readSharedLedger } from '../src/ledger/read-shared-ledger.ts';
import { MailListener } from './_mail-listener.ts';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

let postgres: PostgresServer;
let database: string;
let relay: TestRelay;
let folder: string;
beforeAll(async () => {
  postgres = await startPostgres();
  database = await postgres.createDatabase();
  relay = await createTestRelay({ database });
  folder = mkdtempSync(join(tmpdir(), 'sotto-offline-'));
});
afterAll(async () => {
  await relay.dispose();
  await postgres.stop();
  rmSync(folder, { recursive: true });
});

const sealTo = async ({ aciText, accessKey, registrationId }: Newcomer): Promise<void> => {
  const message = {
    ...{ type: 6, destinationDeviceId: 1, destinationRegistrationId: registrationId },
    content: utf8('sealed'),
  };
  const { status } = await ask(relay, {
    verb: 'PUT',
    path: `/v1/messages/${aciText}`,
    headers: { 'unidentified-access-key': toBase64(accessKey) },
    json: formatMessageList({ messages: [message], timestamp: 1, online: false, urgent: true }),
  });
  expect(status).toBe(200);
};

const uploadKey = async ({ authorization }: Newcomer): Promise<void> => {
  const json = { preKeys: [{ keyId: 9, publicKey: toBase64(new Uint8Array(33).fill(5)) }], pqPreKeys: [] };
  const { status } = await ask(relay, { verb: 'PUT', path: '/v2/keys', headers: { authorization }, json });
  expect(status).toBe(200);
};

const countsOf = async (url: string, { aciText }: Newcomer) => {
  const { tables } = await readSharedLedger({ database: url, aci: aciText });
  return Object.fromEntries(tables.map(({ table, rows }) => [table, rows.length]));
};

describe('what a relay keeps on PostgreSQL', () => {
  it('is in the ledger of its account and of no other, by the tables as they are', async () => {
    const [alice, bob] = [await registered(relay), await registered(relay)];
    await sealTo(bob);
    expect(await countsOf(database, bob)).toMatchObject({
      account: 1,
      device: 1,
      lasting_key: 2,
      mail: 1,
      queue: 1,
    });
    expect(await countsOf(database, alice)).toMatchObject({ account: 1, mail: 0, queue: 0 });
    const ledger = await readSharedLedger({ database, aci: bob.aciText.toUpperCase() });
    expect(ledger.aci).toBe(bob.aciText);
    const account = ledger.tables.find(({ table }) => table === 'account');
    expect(account?.rows[0]?.['access_key']).toEqual({ base64: toBase64(bob.accessKey) });
    expect(JSON.stringify(ledger)).not.toContain(toBase64(alice.aci));
    expect(ledger.nameless).toContain('database: secret_mark');
  });

  it('is explained on the page of the ledger', async () => {
    const page = readFileSync(new URL('../../../docs/ledger.md', import.meta.url), 'utf8');
    const bob = await registered(relay);
    const { tables, nameless } = await readSharedLedger({ database, aci: bob.aciText });
    const names = [
      ...tables.map(({ table }) => table),
      ...nameless.map((name) => name.replace('database: ', '')),
    ];
    expect(names.length).toBeGreaterThan(15);
    for (const name of names) expect(page).toMatch(new RegExp(`\`${name}(\\.\\w+)?\``));
  });

  it('is refused for what is no ACI, and for a database without a relay', async () => {
    await expect(readSharedLedger({ database, aci: 'x' })).rejects.toMatchObject({ code: 'bad-aci' });
    const aci = '01234567-89ab-8def-8123-456789abcdef';
    const empty = await postgres.createDatabase();
    await expect(readSharedLedger({ database: empty, aci })).rejects.toMatchObject({ code: 'no-relay' });
  });

  it('comes back from a dump and a backup of the folder, without the one-time keys', async () => {
    const bob = await registered(relay);
    await uploadKey(bob);
    await sealTo(bob);
    const [to, data] = [join(folder, 'backup'), join(folder, 'restored')];
    const copy = await postgres.copyDatabase(database);
    expect(await backupRelay({ data: relay.data, elsewhere: true, to })).toMatchObject({ whole: false });
    expect(existsSync(join(to, 'relay.db'))).toBe(false);
    // Somebody else's table, whose column only has the same name.
    const server = await openPostgres({ url: copy });
    await server.query('CREATE TABLE "visitor""s" (account TEXT)');
    await server.close();
    expect(await countsOf(copy, bob)).toMatchObject({ one_time_key: 1, mail: 1 });
    await restoreRelay({ from: to, data, database: copy });
    expect(existsSync(join(data, 'relay.db'))).toBe(false);
    expect(await countsOf(copy, bob)).toMatchObject({ one_time_key: 0, mail: 1 });

    const again = await createTestRelay({ data, database: copy });
    const listener = new MailListener(200);
    const connection = await again
      .net()
      .connectAuthenticatedChat(`${bob.aciText}.1`, bob.password, false, listener);
    await listener.empty();
    await connection.disconnect();
    expect(listener.texts()).toEqual(['sealed']);
    await again.dispose();
  });

  it('comes back for no other relay', async () => {
    const other = await createTestRelay();
    const [to, data] = [join(folder, 'backup-of-another'), join(folder, 'restored-wrongly')];
    await backupRelay({ data: other.data, to });
    await other.dispose();
    await expect(restoreRelay({ from: to, data, database })).rejects.toMatchObject({ code: 'other-secrets' });
    expect(existsSync(data)).toBe(false);
  });
});
