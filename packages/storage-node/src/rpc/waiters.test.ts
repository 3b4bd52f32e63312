import { randomBytes } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { MAX_WAITERS } from '../constants.ts';
import { Waiters } from './waiters.ts';

const HOUR = 3_600_000;
const asker = { source: { name: '198.51.100.1', weight: 1 } };
const stored = { hash: 'h'.repeat(43), timestamp: 1, expiry: 2, data: randomBytes(3) };
const box = () => ({ mailbox: randomBytes(33), namespace: 40 });

/** Whether a promise has resolved by now. */
async function isOver(waiting: Promise<void> | undefined): Promise<boolean> {
  const pending = Symbol('pending');
  return (await Promise.race([waiting, Promise.resolve(pending)])) !== pending;
}

describe('waiters', () => {
  it('go home when their box gets something, and no other box’s', async () => {
    const waiters = new Waiters();
    const [mine, other] = [box(), box()];
    const waiting = waiters.wait(mine, HOUR, asker);
    waiters.wake(other, stored);
    waiters.wake({ ...mine, namespace: 42 }, stored);
    expect(await isOver(waiting)).toBe(false);
    waiters.wake({ ...mine }, stored);
    expect(await isOver(waiting)).toBe(true);
    waiters.endAll();
  });

  it('go home when who asked has gone, and when the node ends', async () => {
    const waiters = new Waiters();
    const gone = new AbortController();
    const [left, stayed] = [
      waiters.wait(box(), HOUR, { ...asker, signal: gone.signal }),
      waiters.wait(box(), HOUR, asker),
    ];
    gone.abort();
    expect([await isOver(left), await isOver(stayed)]).toEqual([true, false]);
    waiters.endAll();
    expect(await isOver(stayed)).toBe(true);
    expect(await isOver(waiters.wait(box(), HOUR, asker))).toBe(true);
  });

  it('are bounded: of one box the oldest goes', async () => {
    const waiters = new Waiters();
    const one = box();
    const oldest = waiters.wait(one, HOUR, asker);
    for (let index = 0; index < MAX_WAITERS.perBox; index++) void waiters.wait(one, HOUR, asker);
    expect(await isOver(oldest)).toBe(true);
    waiters.endAll();
  });

  it('are bounded: of one source the newest is refused, and another’s is not', async () => {
    const waiters = new Waiters();
    const one = box();
    void waiters.wait(one, HOUR, asker);
    while (waiters.wait(box(), HOUR, asker) !== undefined);
    const other = { source: { name: '198.51.100.2', weight: 1 } };
    expect(waiters.wait(box(), HOUR, other)).toBeDefined();
    expect(waiters.wait(box(), HOUR, asker)).toBeUndefined();
    waiters.wake(one, stored);
    expect(waiters.wait(box(), HOUR, asker)).toBeDefined();
    waiters.endAll();
  });
});
