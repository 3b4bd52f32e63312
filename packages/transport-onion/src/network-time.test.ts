import { createFakeClock } from '@sotto/testkit';
import { describe, expect, it } from 'vitest';
import { NetworkTime, offsetOf, STAMP_STEP } from './network-time.ts';

function makeTime(now = 1_800_000_000_000) {
  const clock = createFakeClock(now);
  return { clock, time: new NetworkTime(clock) };
}

describe('network time', () => {
  it('is our own until three nodes say otherwise, then the median of distinct nodes', () => {
    const { time } = makeTime();
    time.learn('a', 5_000);
    time.learn('b', 6_000);
    expect([time.offset, time.isKnown]).toEqual([0, false]);
    for (let round = 0; round < 5; round++) time.learn('b', 9_000_000);
    expect(time.offset).toBe(0);
    time.learn('c', 4_000);
    expect([time.offset, time.isKnown]).toEqual([5_000, true]);
    time.learn('c', Number.NaN);
    expect(time.offset).toBe(5_000);
  });

  it('is not moved by one of three, nor by half of all', () => {
    for (const lie of [86_400_000, -86_400_000, 7_777]) {
      const { time } = makeTime();
      time.learn('a', 0);
      time.learn('b', 0);
      time.learn('liar', lie);
      expect(time.offset).toBe(0);
      time.learn('another liar', lie);
      expect(time.offset).toBe(0);
    }
  });

  it('goes by the newest word of each, and of so many', () => {
    const { time } = makeTime();
    for (let node = 0; node < 9; node++) time.learn(`${node}`, 100);
    for (let node = 10; node < 15; node++) time.learn(`${node}`, 900);
    expect(time.offset).toBe(900);
  });

  it('is taken anew when enough say so, and by fewer not at all', () => {
    const { time } = makeTime();
    for (let node = 0; node < 9; node++) time.learn(`${node}`, 100);
    expect(
      time.relearn(
        new Map([
          ['x', 5],
          ['y', 5],
        ]),
      ),
    ).toBe(false);
    expect(time.offset).toBe(100);
    expect(
      time.relearn(
        new Map([
          ['x', 5],
          ['y', 7],
          ['z', 3],
        ]),
      ),
    ).toBe(true);
    expect(time.offset).toBe(5);
  });

  it('takes a difference for none that the way explains, and for as small as it explains', () => {
    expect(offsetOf(5_100, 5_000, 5_200)).toBe(0);
    expect(offsetOf(5_000, 5_000, 9_000)).toBe(0);
    expect(offsetOf(10_100, 5_000, 5_200)).toBe(4_900);
    expect(offsetOf(1_000, 5_000, 5_200)).toBe(-4_000);
  });
});

describe('a stamp', () => {
  it('says the time to ten seconds, and never a later one', () => {
    const { time, clock } = makeTime(1_800_000_004_321);
    for (const node of ['a', 'b', 'c']) time.learn(node, 7_777);
    expect(time.stamp()).toBe(1_800_000_010_000);
    expect(time.now() - time.stamp()).toBeLessThan(STAMP_STEP);
    expect(clock.now()).toBe(1_800_000_004_321);
  });

  it('is a later one each time where that is wanted', async () => {
    const { time, clock } = makeTime(1_800_000_004_321);
    const stamps = [time.laterStamp(), time.laterStamp(), time.laterStamp()];
    expect(stamps).toEqual([1_800_000_000_000, 1_800_000_000_001, 1_800_000_000_002]);
    await clock.advance(10_000);
    expect(time.laterStamp()).toBe(1_800_000_010_000);
  });

  it('does not hold on to a time that was wrong', () => {
    const { time } = makeTime();
    for (const node of ['a', 'b', 'c']) time.learn(node, 86_400_000);
    time.laterStamp();
    for (const node of ['a', 'b', 'c']) time.learn(node, 0);
    expect(time.laterStamp()).toBe(1_800_000_000_000);
  });
});
