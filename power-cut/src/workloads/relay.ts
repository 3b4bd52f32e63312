import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { asBytes, toHex } from '@sotto/bytes';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { createInvite, type RunningRelay, startRelay } from '@sotto/relay';
import { openRelayStore, type RelayStore } from '@sotto/relay/testing';
import type { SeededRandom } from '@sotto/testkit';
import { readRows } from '../read-rows.ts';
import { ensure, type Facts, type Workload } from './workload.ts';

/** A relay's folder: its secrets and certificate from its first start, invites, and accounts with their keys. */
export const relayWorkload: Workload = {
  name: 'relay',
  lives: 2,
  live: async ({ folder, random, number, operations, step }) => {
    const data = join(folder, 'relay');
    let relay = await startIn(data);
    const identity = identityOf(relay);
    const facts = (): Facts => [...identity, ...readRows(join(data, 'relay.db'))];
    await step(() => undefined, facts);
    for (let count = 0; count < operations / 10; count++) {
      await step(() => createInvite({ data }), facts);
    }
    await relay.close();
    let store = openRelayStore(join(data, 'relay.db'));
    for (let count = 0; count < operations / 2; count++) {
      if (random.chance(0.05)) {
        await step(() => {
          store.close();
          store = openRelayStore(join(data, 'relay.db'));
        }, facts);
      } else await step(() => change(store, random), facts);
    }
    store.close();
    relay = await startIn(data);
    await step(() => undefined, facts);
    if (number === relayWorkload.lives - 1) await relay.close();
  },
  revive: async (folder) => {
    const data = join(folder, 'relay');
    const relay = await startIn(data);
    return {
      facts: [...identityOf(relay), ...readRows(join(data, 'relay.db'))],
      goOn: async () => {
        const { invite } = await createInvite({ data });
        ensure(invite.length > 0, 'one more invite is made');
      },
      close: () => relay.close(),
    };
  },
  databases: (folder) => ['relay.db', 'mailbox.db'].map((name) => ({ path: join(folder, 'relay', name) })),
};

function startIn(data: string): Promise<RunningRelay> {
  return startRelay({
    data,
    listen: { host: '127.0.0.1', port: 0 },
    registration: 'invite',
    publicUrl: 'https://relay.example',
  });
}

/** What every link that was given out names. */
function identityOf({ url }: RunningRelay): Facts {
  return [`the relay is ${url}`];
}

const ACIS: readonly Aci[] = [1, 2, 3, 4].map((number) => aciFromBytes(Buffer.alloc(16, number)));
/** Far enough that no start of a relay takes it for over. */
const LATE_DAY = 40_000;

function change(store: RelayStore, random: SeededRandom): Promise<unknown> {
  const aci = random.pick(ACIS);
  return store.write(() => {
    if (store.accounts.find(aci) === undefined) return register(store, aci, random);
    switch (random.integer(7)) {
      case 0:
        return store.accounts.remove(aci);
      case 1:
        return store.records.put(
          aci,
          asBytes(Buffer.alloc(1000 + random.integer(4000), random.integer(256))),
        );
      case 2:
        return setKeys(store, aci, random);
      case 3:
        return store.once.spendWork(hexOf(random), Number.MAX_SAFE_INTEGER);
      case 4:
        return store.once.spendReceipt(random.bytes(16), LATE_DAY);
      default:
        // A one-time key that was given out must never be given out again.
        return store.preKeys.take(aci, 1);
    }
  });
}

function register(store: RelayStore, aci: Aci, random: SeededRandom): void {
  const salted = () => ({ hash: hexOf(random), salt: hexOf(random) });
  store.accounts.put(
    {
      aci,
      identityKey: random.bytes(33),
      unrestrictedAccess: true,
      recovery: salted(),
      authCredentialSalt: random.bytes(16),
    },
    20_000,
  );
  const attributes = {
    fetchesMessages: true,
    registrationId: 1 + random.integer(1000),
    unrestrictedUnidentifiedAccess: true,
    discoverableByPhoneNumber: false,
    capabilities: {},
  };
  store.accounts.addDevice(aci, { id: 1, password: salted(), attributes, day: 20_000 });
  setKeys(store, aci, random);
}

function setKeys(store: RelayStore, aci: Aci, random: SeededRandom): void {
  const key = (keyId: number, length: number) => ({
    keyId,
    publicKey: asBytes(Buffer.alloc(length, random.integer(256))),
    signature: random.bytes(64),
  });
  store.preKeys.set(aci, 1, {
    signedPreKey: key(1, 33),
    pqLastResortPreKey: key(2, 1569),
    preKeys: Array.from({ length: 10 }, (_, index) => ({ keyId: index, publicKey: random.bytes(33) })),
    pqPreKeys: Array.from({ length: 10 }, (_, index) => key(index, 1569)),
  });
}

function hexOf(random: SeededRandom): string {
  return toHex(asBytes(createHash('sha256').update(random.bytes(16)).digest()));
}
