import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { type Mailbox, memoryOnlineMail, openMailbox } from '@sotto/mailbox';
import { CLOSE } from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DAY, HOUSEKEEPING_BATCH } from '../constants.ts';
import { createEvents, type Events } from '../events.ts';
import { Connections, type DeviceSocket } from '../socket/connections.ts';
import { addDevice, putAccount, readAccount } from '../store/accounts.ts';
import { storeRecord } from '../store/records.ts';
import { openRelayStore, type RelayStore } from '../store/relay-store.ts';
import { saltedHash } from '../store/salted-hash.ts';
import { expireIdle } from './expire-idle.ts';

const TODAY = 1_000;

let folder: string;
let store: RelayStore;
let mailbox: Mailbox;
let connections: Connections;
let events: Events;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-idle-'));
  store = openRelayStore(join(folder, 'relay.db'));
  mailbox = openMailbox({ path: join(folder, 'mailbox.db'), eraseFailed: () => undefined });
  connections = new Connections();
  events = createEvents(() => undefined);
});
afterEach(async () => {
  await mailbox.close();
  await store.close();
  rmSync(folder, { recursive: true });
});

const expire = () =>
  expireIdle({
    store,
    mailbox,
    onlineMail: memoryOnlineMail(),
    connections,
    events,
    now: () => (TODAY + 0.5) * DAY,
  });
const password = saltedHash(randomBytes(18));

/** An account whose devices, from 1 on, were last connected so many days ago. */
async function account(...idleDays: readonly number[]): Promise<Aci> {
  const aci = aciFromBytes(randomBytes(16));
  const attributes = { fetchesMessages: true, registrationId: 1, capabilities: {} };
  await store.write(function* () {
    const salt = randomBytes(16);
    const rest = { unrestrictedAccess: true, authCredentialSalt: salt };
    yield* putAccount({ aci, identityKey: randomBytes(33), ...rest }, 1);
    for (const [index, days] of idleDays.entries()) {
      yield* addDevice(aci, { id: index + 1, password, attributes, day: TODAY - days });
    }
  });
  return aci;
}

const devicesOf = async (aci: Aci) => (await store.findAccount(aci))?.devices.map(({ id }) => id);

function mailFor(aci: Aci, device: number) {
  const queue = { account: aci, device };
  const rest = { class: 'contact', receivedAt: TODAY * DAY, envelope: randomBytes(10) } as const;
  return { queue, id: randomBytes(16), ...rest };
}

function connect(aci: Aci, device: number): { closed: number | undefined } {
  const state: { closed: number | undefined } = { closed: undefined };
  const socket: DeviceSocket = {
    caller: { aci, device, login: password.salt },
    delivers: true,
    order: 1,
    wake: () => undefined,
    newestIs: () => undefined,
    notices: false,
    notify: () => undefined,
    close: (code) => {
      state.closed = code;
    },
  };
  connections.add(socket);
  return state;
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('a linked device', () => {
  it('that was away for more than 45 days is unlinked, with its mail and sockets', async () => {
    const aci = await account(0, 45, 46, 400);
    await mailbox.append([1, 2, 3, 4].map((device) => mailFor(aci, device)));
    await expire();
    expect(await devicesOf(aci)).toEqual([1, 2]);
    const queues = [1, 2, 3, 4].map((device) => ({ account: aci, device }));
    expect((await mailbox.newestOf(queues)).map((newest) => newest > 0)).toEqual([true, true, false, false]);
    expect(events.totals()).toEqual({ 'device-expired': 2 });
  });

  it('stays where a record is kept, which says itself which devices there are', async () => {
    const aci = await account(0, 400);
    await store.write(() => storeRecord(aci, randomBytes(10)));
    await expire();
    expect(await devicesOf(aci)).toEqual([1, 2]);
  });

  it('that is connected is not away, however long ago it came', async () => {
    const aci = await account(100, 100, 100);
    const socket = connect(aci, 2);
    await expire();
    expect(await devicesOf(aci)).toEqual([1, 2]);
    expect((await store.read(() => readAccount(aci)))?.devices.map(({ lastSeenDay }) => lastSeenDay)).toEqual(
      [TODAY - 100, TODAY],
    );
    await nextTurn();
    expect(socket.closed).toBeUndefined();
  });

  it('that a former one is still connected as is away', async () => {
    const aci = await account(0, 100);
    const socket = connect(aci, 2);
    await store.write(function* () {
      yield* putAccount(
        { aci, identityKey: randomBytes(33), unrestrictedAccess: true, authCredentialSalt: randomBytes(16) },
        1,
      );
      const attributes = { fetchesMessages: true, registrationId: 1, capabilities: {} };
      for (const id of [1, 2]) {
        yield* addDevice(aci, {
          id,
          password: saltedHash(randomBytes(18)),
          attributes,
          day: TODAY - 50 * (id - 1),
        });
      }
    });
    await expire();
    expect(await devicesOf(aci)).toEqual([1]);
    await nextTurn();
    expect(socket.closed).toBe(CLOSE.credentialsRevoked);
  });
});

describe('an account', () => {
  it('is deleted when all its devices were away for more than 180 days', async () => {
    const [gone, primaryOnly, onlyLinked] = [
      await account(181, 181),
      await account(180),
      await account(181, 0),
    ];
    await store.write(() => storeRecord(gone, randomBytes(10)));
    await mailbox.append([mailFor(gone, 1), mailFor(primaryOnly, 1)]);
    await expire();
    expect(await Promise.all([gone, primaryOnly, onlyLinked].map(devicesOf))).toEqual([
      undefined,
      [1],
      [1, 2],
    ]);
    const queues = [gone, primaryOnly].map((aci) => ({ account: aci, device: 1 }));
    expect((await mailbox.newestOf(queues)).map((newest) => newest > 0)).toEqual([false, true]);
    expect(events.totals()).toEqual({ 'account-expired': 1 });
  });

  it('is deleted in batches, until all are', async () => {
    const many = await Promise.all(Array.from({ length: HOUSEKEEPING_BATCH + 1 }, () => account(200)));
    await expire();
    expect((await Promise.all(many.map(devicesOf))).filter((devices) => devices !== undefined)).toEqual([]);
  });
});
