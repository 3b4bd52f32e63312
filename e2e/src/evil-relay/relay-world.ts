import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { formatNetwork, type SignedKeyRecord } from '@sotto/identity';
import { nodeNet } from '@sotto/net-node';
import type { PreKeyResponse, WireSignedPreKey } from '@sotto/protocol';
import { receiptCredentials } from '@sotto/ratchet-libsignal';
import { startRelay } from '@sotto/relay';
import { createRelayRoad } from '@sotto/transport-relay';
import { type Chats, createChats } from '../evil/chats.ts';
import { createFastClock, type FastClock } from '../evil/fast-clock.ts';
import { makeFastFolder } from '../evil/fast-folder.ts';
import { recordOf } from '../evil/forge-record.ts';
import { createPerson, type Person } from '../evil/person.ts';
import { renewRecord } from '../evil/renew-record.ts';
import { waitUntil } from '../wait-until.ts';
import { type KeyPair, type Meddling, type Middle, startMiddle } from './middle.ts';

/** Half a minute, until a gap is shown, is three seconds. */
const SPEED = 10;
/** A fraction of a millisecond. */
const WORK_BITS = { ticket: 4, keys: 4, request: 4 };

/** People are told apart by the address that they dial from. */
export const ADDRESS = {
  alice: '127.0.0.2',
  bob: '127.0.0.3',
  zoe: '127.0.0.4',
  newcomer: '127.0.0.5',
} as const;

export interface RelayWorld {
  readonly clock: FastClock;
  readonly middle: Middle;
  /** The one who is lied to. */
  readonly alice: Person;
  /** A contact of hers. */
  readonly bob: Person;
  /** Somebody else at the relay, whom neither knows. */
  readonly zoe: Person;
  readonly chats: Chats;
  /** Bob's record before the one that alice has pinned. */
  readonly bobsFirst: Bytes;
  /** Somebody else's keys, as the relay has them. */
  readonly zoesKeys: PreKeyResponse;
  /** The TLS key of the relay, and one that is not. */
  readonly own: KeyPair;
  readonly other: KeyPair;
  /** Lie to alice, or to whoever has this address. */
  lie(meddling: Meddling, to?: string): { readonly told: number };
  /** Somebody who makes an account now. */
  newcomer(): Promise<Person>;
  /** Until the road of a person is up. */
  isUp(person: Person): Promise<void>;
  close(): Promise<void>;
}

export async function createRelayWorld(): Promise<RelayWorld> {
  const dir = await makeFastFolder('sotto-evil-relay-');
  const clock = createFastClock(SPEED);
  const options = { registration: 'open', workBits: WORK_BITS, now: clock.now } as const;
  const listen = { host: '127.0.0.1', port: 0 };
  const relay = await startRelay({ ...options, data: join(dir, 'relay'), listen });
  const stranger = await startRelay({ ...options, data: join(dir, 'other-relay'), listen });
  const [own, other] = [await keyPairOf(join(dir, 'relay')), await keyPairOf(join(dir, 'other-relay'))];
  await stranger.close();
  if (relay.key === undefined) throw new Error('the relay has no TLS key');
  const middle = await startMiddle(own, () => `wss://${new URL(relay.url).host}`);
  const address = { url: `https://127.0.0.1:${middle.port}`, key: relay.key };
  const network = formatNetwork({ relay: address });
  const people: Person[] = [];
  const person = async (name: string, source: string) => {
    const net = nodeNet({ source });
    const made = await createPerson({
      ...{ name, dir, network, clock },
      makeRoads: ({ relay: at }) =>
        at === undefined
          ? []
          : [createRelayRoad({ relay: at, net, clock, random: randomBytes, receipts: receiptCredentials })],
    });
    people.push(made);
    return made;
  };
  const [alice, bob, zoe] = await Promise.all([
    person('alice', ADDRESS.alice),
    person('bob', ADDRESS.bob),
    person('zoe', ADDRESS.zoe),
  ]);
  const chats = createChats();
  let newcomers = 0;
  const world: RelayWorld = {
    ...{ clock, middle, alice, bob, zoe, chats, own, other },
    bobsFirst: (await recordOf(bob)).bytes,
    zoesKeys: await keysOf(zoe),
    lie: (meddling, to = ADDRESS.alice) => middle.lie(to, meddling),
    newcomer: () => person(`newcomer ${++newcomers}`, ADDRESS.newcomer),
    isUp: ({ client, name }) =>
      waitUntil(`the road of ${name} is up`, 60_000, async () =>
        (await client.status()).roads.every(({ state }) => state === 'up'),
      ),
    async close() {
      middle.honest();
      await Promise.all(people.map((one) => one.close()));
      await middle.close();
      await relay.close();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await befriend(world);
  await renewRecord(world);
  return world;
}

async function befriend({ alice, bob, chats }: RelayWorld): Promise<void> {
  await chats.say(alice, bob);
  await chats.settle();
  await bob.client.acceptRequest(alice.account);
  await chats.say(bob, alice);
  await chats.settle();
}

async function keyPairOf(data: string): Promise<KeyPair> {
  const read = (name: string) => readFile(join(data, 'tls', name), 'utf8');
  return { cert: await read('certificate.pem'), key: await read('key.pem') };
}

async function keysOf(person: Person): Promise<PreKeyResponse> {
  const { record } = await recordOf(person);
  const wire = ({ id, publicKey, signature }: SignedKeyRecord): WireSignedPreKey => ({
    keyId: id,
    publicKey,
    signature,
  });
  const devices = record.devices.map(({ id, registrationId, signedPreKey, lastResortKyberPreKey }) => ({
    ...{ deviceId: id, registrationId },
    ...{ signedPreKey: wire(signedPreKey), pqPreKey: wire(lastResortKyberPreKey) },
  }));
  return { identityKey: record.account, devices };
}
