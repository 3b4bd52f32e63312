import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from '@sotto/crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask } from '../../test/_ask.ts';
import { BOX_QUOTA, SWEEP_ROWS } from '../constants.ts';
import type { NewMessage } from './messages.ts';
import { type NodeStore, openNodeStore } from './node-store.ts';

let folder: string;
let store: NodeStore;
const mailbox = randomBytes(33);
let number = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-messages-'));
  store = openNodeStore(join(folder, 'node.db'), () => undefined);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function message(over: Partial<NewMessage> = {}): NewMessage {
  number += 1;
  const hash = String(number).padStart(43, '0');
  const data = new Uint8Array(1);
  return {
    mailbox,
    namespace: 40,
    hash,
    data,
    timestamp: 1,
    expiry: 100,
    signedAt: 0,
    outbox: false,
    ...over,
  };
}

const remove = async (hashes: readonly string[], now = 10, from = store) => {
  const request = { method: 'delete', mailbox, hashes, required: false } as const;
  return (await ask(from, request, now)).deleted.map(({ hash }) => hash);
};
const put = (one: NewMessage, now = 10) => store.write(() => store.messages.put(one, now));

describe('a box', () => {
  it('is full at its number of messages, and has room again when one goes', async () => {
    const first = message();
    await store.write(() => {
      store.messages.put(first, 10);
      for (let index = 1; index < BOX_QUOTA.messages; index++) store.messages.put(message(), 10);
    });
    expect(await put(message())).toEqual({ outcome: 'box-full' });
    expect(await put(message({ namespace: 42 }))).toMatchObject({ outcome: 'stored' });
    expect(await put({ ...first, expiry: 200 })).toEqual({ outcome: 'already', expiry: 200 });
    await remove([first.hash]);
    expect(await put(message())).toMatchObject({ outcome: 'stored' });
  });

  it('is full at its bytes', async () => {
    const data = new Uint8Array(BOX_QUOTA.bytes / 4);
    for (let index = 0; index < 4; index++) await put(message({ data }));
    expect(await put(message())).toEqual({ outcome: 'box-full' });
    expect(await put(message({ data: new Uint8Array(0) }))).toMatchObject({ outcome: 'stored' });
  });

  it('keeps an empty message', async () => {
    const one = message({ data: new Uint8Array(0) });
    expect(await put(one)).toMatchObject({ outcome: 'stored' });
    const { messages } = store.messages.read({ mailbox, namespace: 40, maxSize: 1000 }, 10);
    expect(messages).toEqual([{ hash: one.hash, timestamp: 1, expiry: 100, data: new Uint8Array(0) }]);
  });

  it('is read page by page without a gap when others come and go', async () => {
    const all = Array.from({ length: 150 }, () => message());
    for (const one of all) await put(one);
    const first = store.messages.read({ mailbox, namespace: 40, maxSize: 1e6, maxCount: 100 }, 10);
    expect(first.more).toBe(true);
    await remove(all.slice(0, 50).map(({ hash }) => hash));
    const lastHash = first.messages.at(-1)?.hash ?? '';
    const rest = store.messages.read({ mailbox, namespace: 40, maxSize: 1e6, lastHash }, 10);
    expect(rest.messages.map(({ hash }) => hash)).toEqual(all.slice(100).map(({ hash }) => hash));
    expect(rest.more).toBe(false);
  });

  it('hides what is over before it is swept, and takes it as new again', async () => {
    const one = message({ expiry: 50 });
    await put(one);
    expect(store.messages.read({ mailbox, namespace: 40, maxSize: 1000 }, 50).messages).toEqual([]);
    expect(store.messages.expiries(mailbox, [one.hash], 50).size).toBe(0);
    expect(await put({ ...one, expiry: 99 }, 60)).toEqual({ outcome: 'stored', expiry: 99 });
  });

  it('is its own: the same hash in another box of the account is another message', async () => {
    // A hash joins key, namespace and data without marks between them, so that one text has several readings.
    const stranger = message({ namespace: 0 });
    const own = message({ namespace: -41, hash: stranger.hash, outbox: true, signedAt: 5 });
    await put(stranger);
    expect(await put(own)).toEqual({ outcome: 'stored', expiry: 100 });
    for (const namespace of [0, -41]) {
      const { messages } = store.messages.read({ mailbox, namespace, maxSize: 1000 }, 10);
      expect(messages.map(({ hash }) => hash)).toEqual([own.hash]);
    }
    const longer = { method: 'expire', mailbox, mode: 'set', hashes: [own.hash], expiries: [300] } as const;
    expect((await ask(store, longer, 10)).updated).toHaveLength(2);
    expect(store.messages.expiries(mailbox, [own.hash], 200).get(own.hash)).toBe(300);
    expect(await remove([own.hash])).toEqual([own.hash, own.hash]);
    expect(store.messages.read({ mailbox, namespace: 0, maxSize: 1000 }, 10).messages).toEqual([]);
    expect(store.messages.read({ mailbox, namespace: -41, maxSize: 1000 }, 10).messages).toEqual([]);
  });

  it('leaves no row behind when its last message goes', async () => {
    await put(message({ expiry: 50 }));
    await store.write(() => store.messages.sweep(50));
    expect(await put(message())).toMatchObject({ outcome: 'stored' });
    expect(store.messages.read({ mailbox, namespace: 40, maxSize: 1000 }, 10).messages).toHaveLength(1);
  });
});

describe('a database', () => {
  it('that is full refuses stores until something goes', async () => {
    const small = openNodeStore(join(folder, 'small.db'), () => undefined, { maxBytes: 300_000 });
    const outcomes: string[] = [];
    const data = () => randomBytes(50_000);
    const stored: string[] = [];
    while (!outcomes.includes('database-full') && outcomes.length < 20) {
      const one = message({ data: data() });
      const { outcome } = await small.write(() => small.messages.put(one, 10));
      outcomes.push(outcome);
      if (outcome === 'stored') stored.push(one.hash);
    }
    expect(outcomes.at(-1)).toBe('database-full');
    expect(stored.length).toBeGreaterThan(3);
    // What is there already can be lengthened, and made room of.
    const [first = ''] = stored;
    const again = message({ hash: first, expiry: 500 });
    expect(await small.write(() => small.messages.put(again, 10))).toEqual({
      outcome: 'already',
      expiry: 500,
    });
    await remove(stored, 10, small);
    expect(await small.write(() => small.messages.put(message({ data: data() }), 10))).toMatchObject({
      outcome: 'stored',
    });
    small.close();
  });

  it('on a disk that is full takes nothing new, and goes on with what is there', async () => {
    let mayGrow = true;
    const limits = { mayGrow: () => mayGrow };
    const full = openNodeStore(join(folder, 'full.db'), () => undefined, limits);
    const putThere = (one: NewMessage) => full.write(() => full.messages.put(one, 10));
    const [first, second] = [message(), message()];
    await putThere(first);
    await putThere(second);
    expect(full.held()).toEqual({
      messages: 2,
      bytes: first.data.length + second.data.length,
      operations: 0,
    });
    mayGrow = false;
    expect(await putThere(message())).toEqual({ outcome: 'database-full' });
    expect(await putThere({ ...first, expiry: 500 })).toEqual({ outcome: 'already', expiry: 500 });
    expect(await remove([second.hash], 10, full)).toEqual([second.hash]);
    expect(full.held()).toEqual({ messages: 1, bytes: first.data.length, operations: 1 });
    expect(full.room.isDatabaseFull).toBe(false);
    expect(await full.write(() => full.messages.sweep(1_000))).toBe(1);
    mayGrow = true;
    expect(await putThere(message())).toMatchObject({ outcome: 'stored' });
    full.close();
  });
});

describe('an outbox', () => {
  it('holds the message that was signed last, in whatever order they come', async () => {
    const outbox = { namespace: -41, outbox: true };
    const [early, late] = [message({ ...outbox, signedAt: 5 }), message({ ...outbox, signedAt: 6 })];
    expect(await put(late)).toMatchObject({ outcome: 'stored' });
    expect(await put(early)).toEqual({ outcome: 'outdated' });
    const equal = [message({ ...outbox, signedAt: 7 }), message({ ...outbox, signedAt: 7 })] as const;
    expect(await put(equal[1])).toMatchObject({ outcome: 'stored' });
    expect(await put(equal[0])).toEqual({ outcome: 'outdated' });
    const { messages } = store.messages.read({ mailbox, namespace: -41, maxSize: 1000 }, 10);
    expect(messages.map(({ hash }) => hash)).toEqual([equal[1].hash]);
  });

  it('is not replaced by other bytes under the signature of those that it holds', async () => {
    // The signature covers no data, so every member that saw it could put any bytes beside it for a minute.
    const outbox = { namespace: -41, outbox: true, signedAt: 5 };
    const [genuine, other] = [message(outbox), message(outbox)];
    expect(await put(genuine)).toMatchObject({ outcome: 'stored' });
    expect(other.hash > genuine.hash).toBe(true);
    expect(await put(other)).toEqual({ outcome: 'outdated' });
  });
});

describe('the sweep', () => {
  it('goes in steps', async () => {
    await store.write(() => {
      for (let index = 0; index < SWEEP_ROWS + 1; index++) store.messages.put(message({ expiry: 20 }), 10);
    });
    expect(await store.write(() => store.messages.sweep(20))).toBe(SWEEP_ROWS);
    expect(await store.write(() => store.messages.sweep(20))).toBe(1);
  });
});
