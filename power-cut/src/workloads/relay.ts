import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { asBytes, toHex } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { createInvite, type RunningRelay, startRelay } from '@sotto/relay';
import {
  addDevice,
  openRelayStore,
  putAccount,
  type RelayStore,
  readAccount,
  removeAccount,
  setPreKeys,
  spendReceipt,
  spendStamp,
  storeRecord,
  takePreKeys,
} from '@sotto/relay/testing';
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
        await step(async () => {
          await store.close();
          store = openRelayStore(join(data, 'relay.db'));
        }, facts);
      } else await step(() => change(store, random), facts);
    }
    await store.close();
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
/** Far enough that no start of a relay takes it for over, nor an account for abandoned. */
const LATE_DAY = 40_000;

function change(store: RelayStore, random: SeededRandom): Promise<unknown> {
  const aci = random.pick(ACIS);
  return store.write(function* () {
    if ((yield* readAccount(aci)) === undefined) return yield* register(aci, random);
    switch (random.integer(7)) {
      case 0:
        return yield* removeAccount(aci);
      case 1:
        return yield* storeRecord(
          aci,
          asBytes(Buffer.alloc(1000 + random.integer(4000), random.integer(256))),
        );
      case 2:
        return yield* setKeys(aci, random);
      case 3:
        return yield* spendStamp(hexOf(random), Number.MAX_SAFE_INTEGER);
      case 4:
        return yield* spendReceipt(random.bytes(16), LATE_DAY);
      default:
        // A one-time key that was given out must never be given out again.
        return yield* takePreKeys({ aci, device: 1, identity: 'aci' });
    }
  });
}

function* register(aci: Aci, random: SeededRandom): Work<void> {
  const salted = () => ({ hash: hexOf(random), salt: hexOf(random) });
  yield* putAccount(
    {
      aci,
      identityKey: random.bytes(33),
      unrestrictedAccess: true,
      recovery: salted(),
      authCredentialSalt: random.bytes(16),
    },
    LATE_DAY,
  );
  const attributes = {
    fetchesMessages: true,
    registrationId: 1 + random.integer(1000),
    unrestrictedUnidentifiedAccess: true,
    discoverableByPhoneNumber: false,
    capabilities: {},
  };
  yield* addDevice(aci, { id: 1, password: salted(), attributes, day: LATE_DAY });
  yield* setKeys(aci, random);
}

function* setKeys(aci: Aci, random: SeededRandom): Work<void> {
  const key = (keyId: number, length: number) => ({
    keyId,
    publicKey: asBytes(Buffer.alloc(length, random.integer(256))),
    signature: random.bytes(64),
  });
  yield* setPreKeys(
    { aci, device: 1, identity: 'aci' },
    {
      signedPreKey: key(1, 33),
      pqLastResortPreKey: key(2, 1569),
      preKeys: Array.from({ length: 10 }, (_, index) => ({ keyId: index, publicKey: random.bytes(33) })),
      pqPreKeys: Array.from({ length: 10 }, (_, index) => key(index, 1569)),
    },
  );
}

function hexOf(random: SeededRandom): string {
  return toHex(asBytes(createHash('sha256').update(random.bytes(16)).digest()));
}
