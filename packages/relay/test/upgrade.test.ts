import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createInvite } from '../src/create-invite.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { MailListener } from './_mail-listener.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

interface Facts {
  readonly url: string;
  readonly people: readonly { readonly aci: string; readonly password: string }[];
}

/** A folder as a relay of data version 2 left it: two accounts, a message that waits for the second of them. */
const OLD = new URL('./fixtures/data-version-2', import.meta.url).pathname;
const facts = JSON.parse(readFileSync(`${OLD}.json`, 'utf8')) as Facts;
/** The message had arrived the day before. */
const NOW = Date.UTC(2026, 11, 1);

let data: string;
let relay: TestRelay;
beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'sotto-upgrade-'));
  cpSync(OLD, data, { recursive: true });
  chmodSync(data, 0o700);
  relay = await createTestRelay({ data, now: () => NOW });
});
afterEach(async () => {
  await relay.dispose();
  rmSync(data, { recursive: true, force: true });
});

it('goes on with the data of the version before: its key, its accounts, their prekeys and mail', async () => {
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
  const ledger = readLedger({ data, aci: `${bob?.aci}` });
  const keys = ledger.tables.find(({ table }) => table === 'lasting_key')?.rows ?? [];
  expect(keys.map(({ identity, kind }) => [identity, kind])).toEqual([
    ['aci', 'ec'],
    ['aci', 'kyber'],
  ]);
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
