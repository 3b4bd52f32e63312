import { setTimeout as pause } from 'node:timers/promises';
import { type Bytes, fromUtf8, utf8 } from '@sotto/bytes';
import type { Clock, DeliverOutcome, Delivery, RoadMemory } from '@sotto/client';
import { ed25519Expand, randomBytes } from '@sotto/crypto';
import { expandIdentity } from '@sotto/identity';
import { postToGuard } from '@sotto/net-node';
import { createOnionRoad, type OnionRoad } from '@sotto/transport-onion';
import { encodeCredentials } from '@sotto/transport-onion/testing';

/** Of the many that a device has; what is lost or repeated does not depend on it. */
const DEVICE = { device: 1, registrationId: 7 } as const;
/** What comes a second time comes soon: members are asked at the same time. */
const SETTLE = 300;
const MOST_CLIENTS = 3;

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
  readonly mailbox: Bytes;
  /** What the client of somebody else says of a message that it brought. */
  receive(text: string): Promise<DeliverOutcome>;
  /** Come back with nothing remembered, and collect until all of these are there or the time is over. */
  collect(expected: readonly string[], patience: number): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A client whose mailbox is kept by the swarm of which `isOurs` is true. */
export async function awayClient(directory: Bytes, isOurs: (key: Bytes) => boolean): Promise<AwayClient> {
  const identitySecret = ed25519Expand(randomBytes(32));
  const sending = newRoad(directory);
  for (;;) {
    const credentials = encodeCredentials({
      ...DEVICE,
      identitySecret,
      mailboxSeed: randomBytes(32),
      earlier: [],
    });
    const mailbox = mailboxOf(directory, credentials);
    if (!isOurs(mailbox)) continue;
    return {
      mailbox,
      receive: (text) => sending.deliver(deliveryTo(expandIdentity(identitySecret).account, mailbox, text)),
      collect: (expected, patience) =>
        collectBy(
          () => newRoad(directory),
          (road) => collect(road, credentials, expected, patience),
        ),
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

interface Collected {
  readonly texts: readonly string[];
  /** It has all, or two guards that answer, so that it could have asked any member. */
  readonly conclusive: boolean;
}

/**
 * A client chooses four guards in a month at most, and asks none by way of itself: one that finds three of its own
 * gone cannot ask the fourth for mail. Such a client is unlucky and tells nothing of the swarm; another comes.
 */
async function collectBy(newClient: () => OnionRoad, collect: (road: OnionRoad) => Promise<Collected>) {
  for (let tried = 1; ; tried++) {
    const { texts, conclusive } = await collect(newClient());
    if (conclusive || tried >= MOST_CLIENTS) return texts;
  }
}

async function collect(
  road: OnionRoad,
  credentials: Bytes,
  expected: readonly string[],
  patience: number,
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
  const late = new AbortController();
  await Promise.race([complete, pause(patience, undefined, { signal: late.signal }).catch(nothing)]);
  late.abort();
  await pause(SETTLE);
  const ways = road.guards().filter(({ state }) => state === 'used').length;
  const conclusive = open.size === 0 || ways >= 2;
  await road.close();
  return { texts, conclusive };
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
