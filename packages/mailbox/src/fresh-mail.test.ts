import { describe, expect, it, vi } from 'vitest';
import { FreshMail } from './fresh-mail.ts';
import type { MailEntry } from './mailbox.ts';

const MIB = 1024 * 1024;
const alice = { account: new Uint8Array(16).fill(1), device: 1 };
const bob = { account: new Uint8Array(16).fill(2), device: 1 };

const entry = (queue: MailEntry['queue'], id: number, size = 10): MailEntry => {
  const envelope = new Uint8Array(size).fill(id);
  return { queue, class: 'contact', id: new Uint8Array(16).fill(id), receivedAt: 0, envelope };
};
const positions = (mail: ReturnType<FreshMail['take']>) => mail?.map(({ position }) => position);

describe('fresh mail', () => {
  it('knows nothing of a queue before its first mail, and all that comes after', () => {
    const fresh = new FreshMail();
    expect(fresh.take(alice, 0, 10)).toBeUndefined();
    fresh.add(entry(alice, 1), 5);
    expect(fresh.take(alice, 4, 10)).toBeUndefined();
    expect(fresh.take(alice, 5, 10)).toEqual([]);
    fresh.add(entry(bob, 2), 6);
    fresh.add(entry(alice, 3), 7);
    fresh.add(entry(alice, 4), 8);
    expect(positions(fresh.take(alice, 5, 1))).toEqual([7]);
    expect(positions(fresh.take(alice, 7, 10))).toEqual([8]);
    expect(fresh.take(alice, 8, 10)).toEqual([]);
  });

  it('leaves a reader who is behind to the rows, and gives nothing out twice', () => {
    const fresh = new FreshMail();
    fresh.add(entry(alice, 1), 1);
    fresh.add(entry(alice, 2), 2);
    expect(fresh.take(alice, 0, 10)).toBeUndefined();
    expect(fresh.take(alice, 1, 10)).toBeUndefined();
    fresh.add(entry(alice, 3), 3);
    expect(positions(fresh.take(alice, 2, 10))).toEqual([3]);
    expect(fresh.take(alice, 2, 10)).toBeUndefined();
  });

  it('does not give out what is removed', () => {
    const fresh = new FreshMail();
    for (const at of [1, 2, 3]) fresh.add(entry(alice, at), at);
    fresh.remove(bob, new Uint8Array(16).fill(3));
    fresh.remove(alice, new Uint8Array(16).fill(3));
    expect(fresh.take(alice, 1, 10)).toBeUndefined();
    fresh.add(entry(alice, 4), 4);
    fresh.clear();
    expect(fresh.take(alice, 3, 10)).toBeUndefined();
    fresh.forget(alice);
    fresh.add(entry(alice, 6), 6);
    // Something may lie between: the rows are asked once more.
    expect(fresh.take(alice, 4, 10)).toBeUndefined();
  });

  it('remembers nothing of an account whose queues were emptied, and all of the others', () => {
    const fresh = new FreshMail();
    const second = { ...alice, device: 2 };
    for (const [at, queue] of [alice, second, bob].entries()) fresh.add(entry(queue, at + 1), at + 1);
    fresh.add(entry(alice, 4), 4);
    fresh.forgetAccount(alice.account);
    expect([fresh.take(alice, 1, 10), fresh.take(second, 2, 10)]).toEqual([undefined, undefined]);
    expect(fresh.take(bob, 3, 10)).toEqual([]);
    fresh.add(entry(alice, 5), 5);
    expect(fresh.take(alice, 4, 10)).toBeUndefined();
  });

  it('leaves no gap in a queue that it forgot for want of room', () => {
    const fresh = new FreshMail();
    fresh.add(entry(alice, 1), 1);
    fresh.add(entry(alice, 2), 2);
    const others = Array.from({ length: 10_000 }, (_, index) => {
      const account = new Uint8Array(16).fill(9);
      new DataView(account.buffer).setUint32(0, index);
      return { account, device: 1 };
    });
    for (const [index, queue] of others.entries()) fresh.add(entry(queue, 1), 3 + index);
    fresh.add(entry(alice, 3), 20_000);
    fresh.add(entry(alice, 4), 20_001);
    expect(fresh.take(alice, 1, 10)).toBeUndefined();
  });

  it('is not kept for a reader who does not come', () => {
    vi.useFakeTimers();
    try {
      const fresh = new FreshMail();
      for (const at of [1, 2, 3]) fresh.add(entry(alice, at), at);
      vi.advanceTimersByTime(1_900);
      expect(positions(fresh.take(alice, 1, 1))).toEqual([2]);
      vi.advanceTimersByTime(200);
      expect(fresh.take(alice, 2, 10)).toBeUndefined();
      fresh.add(entry(alice, 4), 4);
      expect(positions(fresh.take(alice, 3, 10))).toEqual([4]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('holds a few mebibytes, the newest, and gives out about one at a time', () => {
    const fresh = new FreshMail();
    for (const queue of [alice, bob]) fresh.add(entry(queue, 1), 1);
    for (let at = 2; at < 6; at++) fresh.add(entry(alice, at, MIB), at);
    for (let at = 2; at < 8; at++) fresh.add(entry(bob, at, MIB), at);
    expect(fresh.take(alice, 1, 10)).toBeUndefined();
    expect(positions(fresh.take(bob, 1, 10))).toEqual([2]);
    expect(positions(fresh.take(bob, 2, 10))).toEqual([3]);
  });
});
