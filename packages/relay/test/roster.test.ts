import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Bytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { openPostgres, type Work } from '@sotto/database';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { type Mailbox, openMailbox, openPostgresMailbox } from '@sotto/mailbox';
import { startPostgres } from '@sotto/test-servers';
import { describe, expect, it } from 'vitest';
import { readRosters, rosterOf, rostersOf } from '../src/calls/messages/roster.ts';
import {
  addDevice,
  putAccount,
  readAccount,
  removeAccount,
  type StoredAccount,
  setLastSeen,
  setPhone,
} from '../src/store/accounts.ts';
import { removeDevice } from '../src/store/devices.ts';
import type { KeyIdentity } from '../src/store/pre-keys.ts';
import { openRelayStore, openSharedRelayStore, type RelayStore } from '../src/store/relay-store.ts';
import { saltedHash } from '../src/store/salted-hash.ts';

interface Opened {
  readonly store: RelayStore;
  readonly mailbox: Mailbox;
  close(): Promise<void>;
}

async function onSqlite(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-roster-'));
  const store = openRelayStore(join(folder, 'relay.db'));
  const truths = (account: Bytes) => rostersOf(store.accountNow(account));
  const mailbox = openMailbox({ path: join(folder, 'mailbox.db'), truths });
  const close = async (): Promise<void> => {
    await mailbox.close();
    await store.close();
    rmSync(folder, { recursive: true });
  };
  return { store, mailbox, close };
}

async function onPostgres() {
  const server = await startPostgres();
  const postgres = await openPostgres({ url: await server.createDatabase() });
  const mailbox = await openPostgresMailbox({ postgres, truths: readRosters });
  const store = await openSharedRelayStore(postgres);
  const close = async (): Promise<void> => {
    await mailbox.close();
    await postgres.close();
    await server.stop();
  };
  return { store, mailbox, postgres, close };
}

function* link(aci: Aci, id: number, registrationId = 40 + id): Work<void> {
  const password = saltedHash(randomBytes(18));
  const attributes = { fetchesMessages: true, registrationId, pniRegistrationId: 50 + id, capabilities: {} };
  yield* addDevice(aci, { id, password, attributes, day: 1 });
}

const phone = () => ({
  numberHash: randomBytes(32),
  pni: randomBytes(16),
  identityKey: randomBytes(33),
  discoverable: true,
});

/** An account with a number and two devices. */
async function somebody(store: RelayStore): Promise<StoredAccount> {
  const aci = aciFromBytes(randomBytes(16));
  await store.write(function* () {
    const rest = { unrestrictedAccess: true, authCredentialSalt: randomBytes(16), phone: phone() };
    yield* putAccount({ aci, identityKey: randomBytes(33), ...rest }, 1);
    for (const id of [1, 2]) yield* link(aci, id);
  });
  return (await store.read(() => readAccount(aci))) as StoredAccount;
}

describe.each([
  ['SQLite', onSqlite],
  ['PostgreSQL', onPostgres],
] as const)('mail on %s', (_engine, open) => {
  it('is kept for the devices that its sender has compared, by the name that it used, and no others', async () => {
    const { store, mailbox, close } = await open();
    const changes: readonly [(aci: Aci) => Work<void>, aci: string, pni: string][] = [
      [(aci) => setLastSeen(aci, 1, 9), 'stored', 'stored'],
      [(aci) => link(aci, 3), 'outdated', 'outdated'],
      [(aci) => removeDevice({ aci, device: 2 }), 'outdated', 'outdated'],
      [(aci) => setPhone(aci, phone(), new Map()), 'stored', 'outdated'],
      [(aci) => setPhone(aci, phone(), new Map([[1, 99]])), 'stored', 'outdated'],
      [(aci) => removeAccount(aci), 'outdated', 'outdated'],
    ];
    for (const [change, asAci, asPni] of changes) {
      const account = await somebody(store);
      const append = async (kind: KeyIdentity) => {
        const queue = { account: account.aci, device: 1 };
        const entry = { queue, class: 'contact', id: randomBytes(16), receivedAt: 0 } as const;
        const premises = [rosterOf(account, kind)];
        return (await mailbox.append([{ ...entry, envelope: randomBytes(10) }], premises)).outcome;
      };
      expect([await append('aci'), await append('pni')]).toEqual(['stored', 'stored']);
      await store.write(() => change(account.aci));
      expect([await append('aci'), await append('pni')]).toEqual([asAci, asPni]);
    }
    await close();
  });
});

it('on PostgreSQL a device goes after the mail that is being kept for it, not before', async () => {
  const { store, postgres, close } = await onPostgres();
  const account = await somebody(store);
  const done: string[] = [];
  const waiting = async () =>
    (await postgres.query('SELECT 1 AS one FROM pg_locks WHERE NOT granted')).length > 0;
  let removal: Promise<unknown> = Promise.resolve();
  await postgres.transaction('READ COMMITTED', async (query) => {
    expect([...(await readRosters(query, [account.aci]))]).toEqual(rostersOf(account));
    removal = store.write(() => removeDevice({ aci: account.aci, device: 2 })).then(() => done.push('gone'));
    while (!(await waiting())) expect(done).toEqual([]);
    done.push('kept');
  });
  await removal;
  expect(done).toEqual(['kept', 'gone']);
  await close();
});
