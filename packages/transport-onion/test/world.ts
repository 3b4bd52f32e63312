import { type Bytes, utf8 } from '@sotto/bytes';
import type { Collector, Delivery, IncomingEnvelope, RoadCredentials, RoadMemory } from '@sotto/client';
import { deriveAccount, seedFromBytes, signRecord } from '@sotto/identity';
import { createSeededRandom } from '@sotto/testkit';
import { encodeCredentials } from '../src/credentials.ts';
import { createOnionRoad, type OnionRoad } from '../src/onion-road.ts';
import type { TestNetwork } from './network.ts';

/** Memory of a road with what was saved in it, in order. */
export function createTestMemory(): RoadMemory & { saved: Bytes[]; broken: boolean } {
  const memory = {
    saved: [] as Bytes[],
    broken: false,
    load: async () => memory.saved.at(-1),
    save: async (bytes: Bytes) => {
      if (memory.broken) throw new Error('disk full');
      memory.saved.push(bytes);
    },
  };
  return memory;
}

export function makePerson(number: number) {
  return deriveAccount(seedFromBytes(new Uint8Array(32).fill(number)));
}

export type Person = ReturnType<typeof makePerson>;

export function credentialsOf(person: Person, mailbox = 7): RoadCredentials {
  return encodeCredentials({
    device: 1,
    identitySecret: person.identitySecret,
    mailboxSeed: new Uint8Array(32).fill(mailbox),
    earlier: [],
  });
}

export interface TestCollector {
  readonly events: string[];
  readonly envelopes: IncomingEnvelope[];
  /** How to settle an envelope. */
  settle(envelope: IncomingEnvelope): Promise<void>;
  texts(): string[];
  readonly collector: Collector;
}

/** A collector that commits at once, unless a test says otherwise. */
export function createTestCollector(): TestCollector {
  const collected: TestCollector = {
    events: [],
    envelopes: [],
    settle: () => Promise.resolve(),
    texts: () => collected.envelopes.map(({ sealed }) => new TextDecoder().decode(sealed)),
    collector: {
      envelope: (envelope) => {
        collected.envelopes.push(envelope);
        return collected.settle(envelope);
      },
      drained: () => collected.events.push('drained'),
      connected: () => collected.events.push('connected'),
      disconnected: () => collected.events.push('disconnected'),
      stopped: (reason) => collected.events.push(reason),
    },
  };
  return collected;
}

/** A client's road on a test network. */
export function makeRoad(network: TestNetwork, seed = 5, memory = createTestMemory()) {
  const road: OnionRoad = createOnionRoad({
    directory: network.directory,
    post: network.post,
    clock: network.clock,
    random: createSeededRandom(seed).bytes,
    memory,
  });
  return { road, memory };
}

/** Let time pass until something has come true, at most so long. */
export async function until(network: TestNetwork, isSo: () => boolean, most = 120_000): Promise<void> {
  const end = network.clock.now() + most;
  while (!isSo()) {
    if (network.clock.now() >= end) throw new Error('it did not come true');
    await network.clock.advance(250);
  }
}

/** What a promise comes to when time passes as it needs. */
export async function finish<Value>(
  network: TestNetwork,
  promise: Promise<Value>,
  most = 120_000,
): Promise<Value> {
  let done: { value: Value } | { error: unknown } | undefined;
  promise.then(
    (value) => {
      done = { value };
    },
    (error: unknown) => {
      done = { error };
    },
  );
  await until(network, () => done !== undefined, most);
  if (done && 'error' in done) throw done.error;
  return (done as { value: Value } | undefined)?.value as Value;
}

/** A delivery of one text to one device; without a mailbox, as a stranger. */
export function deliveryTo(to: Person, text: string, mailbox?: Bytes): Delivery {
  return {
    to: to.account,
    access: mailbox
      ? {
          kind: 'contact',
          accessKey: new Uint8Array(16),
          mailboxes: [{ device: 1, registrationId: 9, address: mailbox }],
        }
      : { kind: 'stranger' },
    relays: [],
    messages: [{ device: 1, registrationId: 9, bytes: utf8(text) }],
    timestamp: 1,
    urgent: true,
  };
}

/** A record that everybody accepts. */
export function recordOf(person: Person, revision = 1, issuedAt = 1_800_000_000_000): Bytes {
  const key = (prefix: number, length: number) => ({
    id: 1,
    publicKey: new Uint8Array(length).fill(prefix, 0, 1),
    signature: new Uint8Array(64),
  });
  return signRecord({
    draft: {
      recoveryKey: person.recoveryKey,
      revision,
      ...(revision > 1 ? { previousHash: new Uint8Array(32) } : {}),
      issuedAt,
      validUntil: issuedAt + 86_400_000,
      minVersion: 1,
      devices: [
        {
          id: 1,
          registrationId: 9,
          deviceKey: new Uint8Array(32).fill(4),
          signedPreKey: key(0x05, 33),
          lastResortKyberPreKey: key(0x08, 1569),
          certificateSignature: new Uint8Array(64),
          createdAt: 1,
        },
      ],
      relays: [],
      serverCertificate: new Uint8Array(105),
    },
    identitySecret: person.identitySecret,
    second: { kind: 'recovery', secret: person.recoverySecret },
  });
}

/** Those of one swarm go to another, and those of that one take their places. */
export function changePlaces(network: TestNetwork, members: ReturnType<TestNetwork['membersOf']>): void {
  const old = members.map(({ listed }) => listed);
  const here = old[0]?.swarm as bigint;
  const there = network.nodes().find(({ listed }) => !old.includes(listed))?.listed.swarm as bigint;
  network.relist((node) => {
    if (old.some(({ ip }) => ip === node.ip)) return { ...node, swarm: there };
    return node.swarm === there ? { ...node, swarm: here } : node;
  });
}
