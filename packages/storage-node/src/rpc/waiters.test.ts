import { randomBytes } from '@sotto/crypto';
import { describe, expect, it } from 'vitest';
import { MAX_WAITERS } from '../constants.ts';
import { Waiters } from './waiters.ts';

const HOUR = 3_600_000;
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
    const waiting = waiters.wait(mine, HOUR);
    waiters.wake(other);
    waiters.wake({ ...mine, namespace: 42 });
    expect(await isOver(waiting)).toBe(false);
    waiters.wake({ ...mine });
    expect(await isOver(waiting)).toBe(true);
    waiters.endAll();
  });

  it('go home when who asked has gone, and when the node ends', async () => {
    const waiters = new Waiters();
    const gone = new AbortController();
    const [left, stayed] = [waiters.wait(box(), HOUR, gone.signal), waiters.wait(box(), HOUR)];
    gone.abort();
    expect([await isOver(left), await isOver(stayed)]).toEqual([true, false]);
    waiters.endAll();
    expect(await isOver(stayed)).toBe(true);
    expect(await isOver(waiters.wait(box(), HOUR))).toBe(true);
  });

  it('are bounded: of one box the oldest goes, of all the newest is refused', async () => {
    const waiters = new Waiters();
    const one = box();
    const oldest = waiters.wait(one, HOUR);
    for (let index = 0; index < MAX_WAITERS.perBox; index++) void waiters.wait(one, HOUR);
    expect(await isOver(oldest)).toBe(true);
    for (let index = MAX_WAITERS.perBox; index < MAX_WAITERS.total; index++) void waiters.wait(box(), HOUR);
    expect(waiters.wait(box(), HOUR)).toBeUndefined();
    waiters.wake(one);
    expect(waiters.wait(box(), HOUR)).toBeDefined();
    waiters.endAll();
  });
});
