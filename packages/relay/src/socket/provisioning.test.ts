import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, utf8 } from '@sotto/bytes';
import { CLOSE, decodeFrame, decodeProvisioningAddress, PROVISIONING_LIFETIME } from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LOOK_INTERVAL } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { createEvents } from '../events.ts';
import { forgetParcels, handParcel, readParcel } from '../store/parcels.ts';
import { openRelayStore, type RelayStore } from '../store/relay-store.ts';
import { Waiters } from '../waiters.ts';
import { Provisioning } from './provisioning.ts';
import { parcelAt } from './provisioning-address.ts';

let folder: string;
let store: RelayStore;
let time = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-provisioning-'));
  store = openRelayStore(join(folder, 'relay.db'));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
  rmSync(folder, { recursive: true });
});

/** A socket on which a device waits; what it was sent, and how it was closed. */
function socket(waiters = new Waiters()) {
  const events = createEvents(() => undefined);
  const context = { store, waiters, events, now: () => time } as unknown as RelayContext;
  const sent: Bytes[] = [];
  const closed: number[] = [];
  const provisioning = new Provisioning(context, {
    source: { name: '198.51.100.1', weight: 1 },
    send: (frame) => sent.push(frame),
    close: (code) => {
      closed.push(code);
      provisioning.stop();
    },
    failed: (error) => {
      throw error;
    },
  });
  provisioning.start();
  return { provisioning, sent, closed, events };
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

async function untilTold({ sent }: ReturnType<typeof socket>): Promise<Bytes> {
  while (sent.length === 0) await nextTurn();
  const frame = decodeFrame(sent[0] as Bytes);
  const address = decodeProvisioningAddress((frame.kind === 'request' && frame.body) || new Uint8Array());
  return parcelAt(address) as Bytes;
}

describe('a device that waits to be linked', () => {
  it('is given what another process has left for it', async () => {
    const one = socket();
    const parcel = await untilTold(one);
    expect(await store.write(() => handParcel(parcel, utf8('hello'), time))).toBe(true);
    await nextTurn();
    expect(one.sent).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(LOOK_INTERVAL);
    expect(one.sent.map((frame) => decodeFrame(frame))).toMatchObject([
      { path: '/v1/address' },
      { path: '/v1/message', id: 2n, body: utf8('hello') },
    ]);
    one.provisioning.answered(1n);
    expect(one.closed).toEqual([]);
    one.provisioning.answered(2n);
    expect(one.closed).toEqual([CLOSE.normal]);
  });

  it('waits for a minute and a half, and leaves nothing behind', async () => {
    const one = socket();
    const parcel = await untilTold(one);
    await vi.advanceTimersByTimeAsync(PROVISIONING_LIFETIME - 1);
    expect(one.closed).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(one.closed).toEqual([CLOSE.normal]);
    await nextTurn();
    expect(await store.write(() => handParcel(parcel, utf8('late'), time))).toBe(false);
  });

  it('is turned away when too many wait', async () => {
    const waiters = new Waiters(2);
    const [first, second] = [socket(waiters), socket(waiters)];
    expect([first.closed, second.closed]).toEqual([[], [CLOSE.tryAgainLater]]);
    expect(second.events.totals()).toEqual({ overloaded: 1 });
    await untilTold(first);
    first.provisioning.stop();
    while (waiters.enter({ name: '198.51.100.1', weight: 1 }) === undefined) await nextTurn();
  });
});

describe('a parcel', () => {
  it('is there until its time is over, and forgotten then', async () => {
    const one = socket();
    const parcel = await untilTold(one);
    const hand = (text: string) => store.write(() => handParcel(parcel, utf8(text), time));
    expect([await hand('one'), await hand('one'), await hand('two')]).toEqual([true, true, false]);
    time += PROVISIONING_LIFETIME - 1;
    await store.write(() => forgetParcels(time));
    expect(await store.read(() => readParcel(parcel, time))).toEqual(utf8('one'));
    time += 1;
    expect(await hand('one')).toBe(false);
    expect(await store.read(() => readParcel(parcel, time))).toBeUndefined();
    await store.write(() => forgetParcels(time));
    expect(await store.read(() => readParcel(parcel, 0))).toBeUndefined();
    one.provisioning.stop();
  });
});
