import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concatBytes, utf8 } from '@sotto/bytes';
import { blake2b, randomBytes, solveWork } from '@sotto/crypto';
import { TokenBuckets } from '@sotto/limits';
import {
  MESSAGE_HASH_BYTES,
  messageHashInput,
  messageHashText,
  namespaceRules,
  STORE_WORK,
  type StoreRequest,
} from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAILBOX_RATE } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { type NodeStore, openNodeStore } from '../store/node-store.ts';
import { admitPushed, admitStore } from './admit-store.ts';

const DAY = 86_400_000;
const MIB = 1024 * 1024;
/** The database's most: a handful of the largest messages. */
const MOST = 2 * MIB;
const [INBOX, OWN] = [40, 1001];

let folder: string;
let store: NodeStore;
let now: number;
let context: NodeContext;
const counted: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-admit-'));
  store = openNodeStore(join(folder, 'node.db'), () => undefined, { maxBytes: MOST });
  now = 20_000 * DAY + 1_000;
  counted.length = 0;
  const mailboxRate = new TokenBuckets(MAILBOX_RATE);
  const events = { count: (event: string) => counted.push(event) };
  context = { store, mailboxRate, events, now: () => now } as unknown as NodeContext;
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const newKey = () => concatBytes(Uint8Array.of(3), randomBytes(32));

function requestFor(mailbox = newKey(), over: Partial<StoreRequest> = {}): StoreRequest {
  const data = over.data ?? randomBytes(60_000);
  const common = { method: 'store', namespace: INBOX, timestamp: now, expiry: now + 14 * DAY } as const;
  return { ...common, mailbox, data, ...over };
}

function hashOf({ mailbox, namespace, data }: StoreRequest): string {
  return messageHashText(blake2b(MESSAGE_HASH_BYTES, messageHashInput(mailbox, namespace, data)));
}

const admit = (request: StoreRequest) => admitStore(context, request, hashOf(request));

/** Store it as `store` does, once it is admitted. */
function keep(request: StoreRequest) {
  const { mailbox, namespace, data, timestamp, expiry } = request;
  const { outbox } = namespaceRules(namespace);
  const message = { mailbox, namespace, data, timestamp, expiry, hash: hashOf(request), signedAt: 0, outbox };
  return store.write(() => store.messages.put(message, now));
}

async function fillTo(part: number, namespace = INBOX): Promise<void> {
  const pool = namespace === INBOX ? 'mail' : 'own';
  while (store.room.fullness(pool) < part) {
    expect(await keep(requestFor(undefined, { namespace }))).toMatchObject({ outcome: 'stored' });
  }
}

/** Whose owner has come, yesterday and today. */
async function knownKey() {
  const mailbox = newKey();
  await store.write(() => store.knownOwners.note(mailbox, now - DAY));
  await store.write(() => store.knownOwners.note(mailbox, now));
  return mailbox;
}

describe('a node with room', () => {
  it('takes everything for nothing', () => {
    expect(admit(requestFor())).toBeUndefined();
    expect(admit(requestFor(undefined, { namespace: OWN }))).toBeUndefined();
  });
});

describe('what another node pushes', () => {
  const push = (request: StoreRequest) => {
    const { mailbox, namespace, data, timestamp, expiry } = request;
    const hash = hashOf(request);
    const one = { mailbox, namespace, data, timestamp, expiry, hash, signedAt: 0, outbox: false };
    return admitPushed(context, one);
  };

  it('is taken while it would be for nothing, however much comes at once for one mailbox', () => {
    const mailbox = newKey();
    const outcomes = Array.from({ length: 300 }, () => push(requestFor(mailbox, { data: randomBytes(9) })));
    expect(new Set(outcomes)).toEqual(new Set([true]));
  });

  it('is left out where its sender would have to pay, unless its owner is known or it is there', async () => {
    const kept = requestFor();
    await keep(kept);
    await fillTo(0.6);
    expect(push(requestFor())).toBe(false);
    expect(counted).toEqual(['work-asked']);
    expect(push(requestFor(await knownKey()))).toBe(true);
    expect(push(kept)).toBe(true);
  });
});

describe('a node that fills up', () => {
  it('asks whoever has no history for work, says how much, and takes it for that', async () => {
    await fillTo(0.6);
    const request = requestFor();
    const asked = admit(request);
    expect(asked).toMatchObject({ failed: true, code: 429 });
    expect(counted).toEqual(['work-asked']);
    const bits = Number(asked?.['work_bits']);
    expect(bits).toBeGreaterThan(10);
    const target = concatBytes(request.mailbox, utf8(hashOf(request)));
    const terms = { purpose: STORE_WORK, target, now, random: randomBytes };
    const work = await solveWork({ ...terms, bits: Math.min(bits, 16) });
    expect(admit({ ...request, work })).toBeUndefined();
    // For no other message, and for no longer life than it was worth.
    expect(admit({ ...requestFor(request.mailbox), work })).toMatchObject({ code: 429 });
    expect(admit({ ...request, work: 'v1.1.AAAAAAAAAAAAAAAA' })).toMatchObject({ code: 429 });
    now += 21 * 60_000;
    expect(admit({ ...requestFor(request.mailbox, { data: request.data }), work })).toMatchObject({
      code: 429,
    });
  });

  it('asks for more the fuller it is', async () => {
    const prices: number[] = [];
    for (const part of [0.55, 0.7, 0.9]) {
      await fillTo(part);
      prices.push(Number(admit(requestFor())?.['work_bits']));
    }
    expect(prices[0]).toBeLessThan(prices[1] as number);
    expect(prices[1]).toBeLessThan(prices[2] as number);
  });

  it('asks nothing for whom it has seen on an earlier day, and again when they stay away', async () => {
    const [known, new_] = [await knownKey(), newKey()];
    await store.write(() => store.knownOwners.note(new_, now));
    await fillTo(0.9);
    expect(admit(requestFor(known))).toBeUndefined();
    expect(admit(requestFor(new_))).toMatchObject({ code: 429 });
    now += 31 * DAY;
    expect(admit(requestFor(known))).toMatchObject({ code: 429 });
  });

  it('asks nothing for what is there', async () => {
    const request = requestFor();
    await keep(request);
    await fillTo(0.9);
    expect(admit(request)).toBeUndefined();
  });
});

describe('a mailbox that many write to', () => {
  it('costs work once it is written to faster than people write, also where its owner is known', async () => {
    const known = await knownKey();
    for (let stored = 0; stored < MAILBOX_RATE.size; stored++) {
      expect(admit(requestFor(known, { data: randomBytes(8) }))).toBeUndefined();
    }
    expect(admit(requestFor(known))).toMatchObject({ code: 429 });
    expect(admit(requestFor())).toBeUndefined();
    now += 10 * MAILBOX_RATE.refill;
    expect(admit(requestFor(known))).toBeUndefined();
  });
});

describe('a full node', () => {
  it('keeps half of itself for mail', async () => {
    await fillTo(1, OWN);
    expect(await keep(requestFor(await knownKey(), { namespace: OWN }))).toEqual({
      outcome: 'database-full',
    });
    expect(store.room.fullness('mail')).toBeLessThan(0.7);
    expect(await keep(requestFor())).toMatchObject({ outcome: 'stored' });
    expect(await keep(requestFor(undefined, { namespace: -41 }))).toMatchObject({ outcome: 'stored' });
  });

  it('refuses strangers, and removes their mail before it refuses anybody known', async () => {
    const known = await knownKey();
    const precious = requestFor(known);
    await keep(precious);
    const flood = newKey();
    while (store.room.isLeft) await keep(requestFor(flood));
    expect(await keep(requestFor())).toEqual({ outcome: 'database-full' });
    const before = store.messages.sizeOf({ mailbox: flood, namespace: INBOX }).messages;
    expect(await keep(requestFor(known))).toMatchObject({ outcome: 'stored' });
    expect(store.messages.sizeOf({ mailbox: flood, namespace: INBOX }).messages).toBeLessThan(before);
    // When all that is left is of people who are known, they are refused too, and nothing of theirs goes.
    let outcome = 'stored';
    while (outcome === 'stored') ({ outcome } = await keep(requestFor(known)));
    expect(outcome).toBe('database-full');
    expect(store.messages.sizeOf({ mailbox: flood, namespace: INBOX }).messages).toBe(0);
    expect(store.messages.has({ ...precious, hash: hashOf(precious) }, now)).toBe(true);
  });
});
