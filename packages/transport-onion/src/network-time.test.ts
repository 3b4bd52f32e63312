import { createFakeClock } from '@sotto/testkit';
import { describe, expect, it } from 'vitest';
import { NetworkTime, offsetOf } from './network-time.ts';

describe('network time', () => {
  it('is our own until a node says otherwise, then the median of distinct nodes', () => {
    const clock = createFakeClock(1_000_000);
    const time = new NetworkTime(clock);
    expect(time.now()).toBe(1_000_000);
    time.learn('a', 5_000);
    expect(time.now()).toBe(1_005_000);
    for (let round = 0; round < 5; round++) time.learn('liar', 9_000_000);
    time.learn('b', 6_000);
    expect(time.offset).toBe(6_000);
    time.learn('c', 4_000);
    expect(time.offset).toBe(5_500);
  });

  it('goes by the newest word of each, and of so many', () => {
    const time = new NetworkTime(createFakeClock());
    for (let node = 0; node < 9; node++) time.learn(`${node}`, 100);
    for (let node = 10; node < 15; node++) time.learn(`${node}`, 900);
    expect(time.offset).toBe(900);
    time.learn('14', Number.NaN);
    expect(time.offset).toBe(900);
    time.forget();
    expect(time.offset).toBe(0);
  });

  it('takes half of the way off', () => {
    expect(offsetOf(10_100, 5_000, 5_200)).toBe(5_000);
  });
});
