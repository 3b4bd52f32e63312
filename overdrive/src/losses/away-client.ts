import { setTimeout as pause } from 'node:timers/promises';
import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import type { Clock, DeliverOutcome, Delivery, RoadMemory } from '@sotto/client';
import { ed25519Expand, randomBytes } from '@sotto/crypto';
import { expandIdentity } from '@sotto/identity';
import { postToGuard } from '@sotto/net-node';
import { createOnionRoad, type OnionRoad } from '@sotto/transport-onion';
import { encodeCredentials } from '@sotto/transport-onion/testing';
import { OwnMailbox } from '../nodes/retrieve-all.ts';

/** Of the many that a device has; what is lost or repeated does not depend on it. */
const DEVICE = { device: 1, registrationId: 7 } as const;
/** What comes a second time comes soon: members are asked at the same time. */
const SETTLE = 300;
/** How often it is looked whether a client can still find what it lacks. */
const LOOK = 500;

const clock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

function newRoad(directory: Bytes): OnionRoad {
  const memory: RoadMemory = { load: async () => undefined, save: async () => undefined };
  return createOnionRoad({ directory, post: postToGuard(), clock, random: randomBytes, memory });
}

/** Somebody who is away while others write. */
export interface AwayClient {
  /** As its owner sees it who asks a node directly. */
  readonly mailbox: OwnMailbox;
  /** What the client of somebody else says of a message that it brought. */
  receive(text: string): Promise<DeliverOutcome>;
  /**
   * Come back with nothing remembered, and collect until all of these are there, the time is over, or
   * `isHopeless` of all guards that it will ever have and what it lacks.
   */
  collect(
    expected: readonly string[],
    patience: number,
    isHopeless: (guards: Guards, lacking: readonly string[]) => boolean,
  ): Promise<Collected>;
  close(): Promise<void>;
}

/** By their addresses. */
export type Guards = readonly string[];

export interface Collected {
  readonly texts: readonly string[];
  readonly guards: Guards;
}

/** A client chooses so many in a month and no more (decision 0010). */
const MOST_GUARDS = 4;

/** A client whose mailbox is kept by the swarm of which `isOurs` is true. */
export async function awayClient(directory: Bytes, isOurs: (key: Bytes) => boolean): Promise<AwayClient> {
  const identitySecret = ed25519Expand(randomBytes(32));
  const sending = newRoad(directory);
  for (;;) {
    const mailboxSeed = randomBytes(32);
    const credentials = encodeCredentials({ ...DEVICE, identitySecret, mailboxSeed, earlier: [] });
    const address = mailboxOf(directory, credentials);
    if (!isOurs(address)) continue;
    return {
      mailbox: new OwnMailbox(mailboxSeed),
      receive: (text) => sending.deliver(deliveryTo(expandIdentity(identitySecret).account, address, text)),
      collect: (...terms) => collect(newRoad(directory), credentials, ...terms),
      close: () => sending.close(),
    };
  }
}

function mailboxOf(directory: Bytes, credentials: Bytes): Bytes {
  const road = newRoad(directory);
  road.start(credentials, { ...DEAF, envelope: async () => undefined });
  const mailbox = road.mailbox?.();
  void road.close();
  if (mailbox === undefined) throw new Error('no mailbox');
  return mailbox;
}

const nothing = (): void => undefined;
const DEAF = { drained: nothing, connected: nothing, disconnected: nothing, stopped: nothing } as const;

async function collect(
  road: OnionRoad,
  credentials: Bytes,
  ...[expected, patience, isHopeless]: Parameters<AwayClient['collect']>
): Promise<Collected> {
  const texts: string[] = [];
  const open = new Set(expected);
  const complete = new Promise<void>((resolve) => {
    road.start(credentials, {
      ...DEAF,
      envelope: ({ sealed }) => {
        const text = fromUtf8(sealed);
        texts.push(text);
        open.delete(text);
        if (open.size === 0) resolve();
        // Never committed: so that nothing is deleted, and the next one finds all of it again.
        return new Promise(nothing);
      },
    });
  });
  const guards = (): Guards => road.guards().map(({ ip }) => ip);
  const end = performance.now() + patience;
  while (open.size > 0 && performance.now() < end) {
    if (guards().length >= MOST_GUARDS && isHopeless(guards(), [...open])) break;
    await Promise.race([complete, pause(LOOK)]);
  }
  await pause(SETTLE);
  const collected = { texts, guards: guards() };
  await road.close();
  return collected;
}

function deliveryTo(to: Delivery['to'], address: Bytes, text: string): Delivery {
  return {
    to,
    access: { kind: 'contact', accessKey: new Uint8Array(16), mailboxes: [{ ...DEVICE, address }] },
    relays: [],
    messages: [{ ...DEVICE, bytes: utf8(text) }],
    timestamp: Date.now(),
    urgent: true,
  };
}
