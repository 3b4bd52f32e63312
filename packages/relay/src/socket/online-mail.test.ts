import { randomBytes } from '@sotto/crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOnlineMail, type OnlineMail } from './online-mail.ts';

const bounds = { entries: 5, bytes: 100, entriesOfOne: 3 };
const queueOf = (account: number) => ({ account: new Uint8Array(16).fill(account), device: 1 });

let dropped: number;
let mail: OnlineMail;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], now: 0 });
  dropped = 0;
  const count = (times: number) => {
    dropped += times;
  };
  mail = createOnlineMail(Date.now, count, bounds);
});
afterEach(() => {
  vi.useRealTimers();
});

const put = (account: number, first: number, until = 10_000, size = 1) =>
  mail.put([
    { queue: queueOf(account), id: randomBytes(16), until, envelope: new Uint8Array(size).fill(first) },
  ]);
const take = async (account: number, now = 0) =>
  (await mail.take(queueOf(account), now)).map(({ envelope: [first] }) => first);

describe('mail for now', () => {
  it('is handed out once, oldest first', async () => {
    for (const first of [1, 2, 3]) await put(7, first);
    await put(8, 4);
    expect(await take(7)).toEqual([1, 2, 3]);
    expect(await take(7)).toEqual([]);
    expect(await take(8)).toEqual([4]);
    expect(dropped).toBe(0);
  });

  it('is nobody’s any more when its time is over', async () => {
    await put(7, 1, 5_000);
    await put(7, 2, 5_001);
    expect(await take(7, 5_000)).toEqual([2]);
    await put(7, 3, 0);
    expect(await take(7)).toEqual([]);
    expect(dropped).toBe(2);
  });

  it('does not stay in memory when nobody asks', async () => {
    await put(7, 1, 3_000);
    await put(7, 2, 9_000);
    vi.advanceTimersByTime(4_000);
    expect(dropped).toBe(1);
    vi.advanceTimersByTime(10_000);
    expect(dropped).toBe(2);
    expect(await take(7)).toEqual([]);
  });

  it('of one device does not crowd out that of others', async () => {
    await put(8, 9);
    for (const first of [1, 2, 3, 4]) await put(7, first);
    expect(await take(7)).toEqual([2, 3, 4]);
    expect(await take(8)).toEqual([9]);
  });

  it('is bounded in number and in bytes', async () => {
    for (const account of [1, 2, 3, 4, 5, 6]) await put(account, account);
    expect(await take(1)).toEqual([]);
    await put(7, 1, 10_000, 95);
    expect([await take(2), await take(6), await take(7)]).toEqual([[], [6], [1]]);
    expect(dropped).toBe(2);
  });
});
