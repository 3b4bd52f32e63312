import { readFileSync } from 'node:fs';
import { Aci, usernames } from '@signalapp/libsignal-client';
import { ProfileKey } from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, fromHex, toBase64, utf8 } from '@sotto/bytes';
import {
  formatConfirmUsernameRequest,
  formatMessageList,
  formatReserveUsernameRequest,
  formatSetProfile,
} from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listLedgerColumns, readLedger } from '../src/ledger/read-ledger.ts';
import { createNewcomer, type Newcomer, postRegistration, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await createTestRelay();
});
afterAll(() => relay.dispose());

const page = readFileSync(new URL('../../../docs/ledger.md', import.meta.url), 'utf8');

/** Rows of the page's tables, by the heading of the file they stand under. */
function publishedColumns(): string[] {
  return page.split(/^## /m).flatMap((section) => {
    const file = /^(\S+\.db)$/m.exec(section)?.[1];
    if (file === undefined) return [];
    return [...section.matchAll(/^\| `(\w+\.\w+)` \|/gm)].map((match) => `${file} ${match[1]}`);
  });
}

/** Leave a message for somebody to collect. */
async function sealTo(to: Newcomer): Promise<void> {
  const message = { type: 6, destinationDeviceId: 1, destinationRegistrationId: 42, content: utf8('sealed') };
  const { status } = await ask(relay, {
    verb: 'PUT',
    path: `/v1/messages/${to.aciText}`,
    headers: { 'unidentified-access-key': toBase64(to.accessKey) },
    json: formatMessageList({ messages: [message], timestamp: 1, online: false, urgent: true }),
  });
  expect(status).toBe(200);
}

describe('the ledger', () => {
  it('is published for every column there is, and for no other', () => {
    const existing = listLedgerColumns(relay.data).map(
      ({ file, table, column }) => `${file} ${table}.${column}`,
    );
    expect(existing.length).toBeGreaterThan(40);
    expect(publishedColumns().sort()).toEqual(existing.sort());
  });

  it('shows the rows of one account and of no other', async () => {
    const [alice, bob] = [await registered(relay), await registered(relay)];
    await sealTo(bob);
    const counts = (aci: string) =>
      Object.fromEntries(
        readLedger({ data: relay.data, aci }).tables.map(({ table, rows }) => [table, rows.length]),
      );
    expect(counts(bob.aciText)).toEqual({
      account: 1,
      device: 1,
      lasting_key: 2,
      one_time_key: 0,
      record: 0,
      username: 0,
      username_link: 0,
      profile: 0,
      link_token: 0,
      mail: 1,
    });
    expect(counts(alice.aciText)).toMatchObject({ account: 1, mail: 0 });
    const ledger = readLedger({ data: relay.data, aci: bob.aciText });
    const account = ledger.tables.find(({ table }) => table === 'account')?.rows[0];
    expect(account?.['access_key']).toEqual({ base64: toBase64(bob.accessKey) });
    expect(ledger.nameless).toEqual([
      'relay.db: code_count',
      'relay.db: parcel',
      'relay.db: secret_mark',
      'relay.db: seen_request',
      'relay.db: spent_receipt',
      'relay.db: spent_work',
      'relay.db: ticket',
      'relay.db: verification_session',
      'mailbox.db: sqlite_sequence',
      'mailbox.db: stamp',
    ]);
    // Nothing in bob's rows is alice's, and the other way round.
    expect(JSON.stringify(ledger)).not.toContain(toBase64(alice.aci));
  });

  it('shows a username with its link, and a profile', async () => {
    const carol = await registered(relay);
    const name = `${usernames.generateCandidates('carol', 3, 32)[0]}`;
    const usernameHash = asBytes(usernames.hash(name));
    const { encryptedUsername } = usernames.createUsernameLink(name);
    const zkProof = usernames.generateProof(name);
    const key = new ProfileKey(new Uint8Array(32));
    const who = Aci.fromUuidBytes(carol.aci);
    const version = key.getProfileKeyVersion(who).toString();
    const profileName = new Uint8Array(81).fill(3);
    const puts: readonly [string, unknown][] = [
      ['accounts/username_hash/reserve', formatReserveUsernameRequest({ usernameHashes: [usernameHash] })],
      [
        'accounts/username_hash/confirm',
        formatConfirmUsernameRequest({ usernameHash, zkProof, encryptedUsername }),
      ],
      [
        'profile',
        formatSetProfile({
          commitment: asBytes(key.getCommitment(who).serialize()),
          version,
          name: profileName,
          avatar: false,
          sameAvatar: false,
        }),
      ],
    ];
    for (const [path, json] of puts) {
      const headers = { authorization: carol.authorization };
      expect((await ask(relay, { verb: 'PUT', path: `/v1/${path}`, headers, json })).status).toBe(200);
    }
    const { tables } = readLedger({ data: relay.data, aci: carol.aciText });
    const rowOf = (name: string) => tables.find(({ table }) => table === name)?.rows[0];
    expect(rowOf('username')).toMatchObject({ hash: { base64: toBase64(usernameHash) }, state: 'confirmed' });
    expect(rowOf('username_link')).toMatchObject({
      encrypted_username: { base64: toBase64(encryptedUsername) },
    });
    expect(rowOf('profile')).toMatchObject({
      version: { base64: toBase64(fromHex(version)) },
      name: { base64: toBase64(profileName) },
      about: null,
    });
    expect(rowOf('account')).toMatchObject({ profile_version: rowOf('profile')?.['version'] });
  });

  it('is empty after the account is deleted, and no byte of it is left in any file', async () => {
    const bob = await registered(relay);
    await sealTo(bob);
    const headers = { authorization: bob.authorization };
    expect((await ask(relay, { verb: 'DELETE', path: '/v1/accounts/me', headers })).status).toBe(204);
    const ledger = readLedger({ data: relay.data, aci: bob.aciText });
    expect(ledger.tables.flatMap(({ rows }) => rows)).toEqual([]);
    for (const name of ['relay.db', 'relay.db-wal', 'mailbox.db']) {
      const bytes = readFileSync(`${relay.data}/${name}`);
      expect(bytes.includes(Buffer.from(bob.accessKey))).toBe(false);
      expect(bytes.includes(Buffer.from(bob.keys.account))).toBe(false);
    }
  });

  it('has nothing of the device before when an account is brought back, in any file', async () => {
    const bob = await registered(relay);
    await sealTo(bob);
    const again = createNewcomer(bob.keys);
    const request = again.request({ recoveryPassword: bob.recoveryPassword });
    expect((await postRegistration(relay, again, request, bob.aciText)).status).toBe(200);
    for (const name of ['relay.db', 'relay.db-wal', 'mailbox.db']) {
      const bytes = readFileSync(`${relay.data}/${name}`);
      expect(bytes.includes(Buffer.from(bob.accessKey))).toBe(false);
    }
    expect(readFileSync(`${relay.data}/relay.db`).includes(Buffer.from(again.accessKey))).toBe(true);
  });

  it('refuses what is no ACI, and a folder without a relay', () => {
    expect(() => readLedger({ data: relay.data, aci: 'x' })).toThrow(
      expect.objectContaining({ code: 'bad-aci' }),
    );
    const { aciText } = createNewcomer();
    expect(() => readLedger({ data: '/nowhere', aci: aciText })).toThrow(
      expect.objectContaining({ code: 'no-relay' }),
    );
  });
});
