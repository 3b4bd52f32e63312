import { afterEach, beforeEach, expect, it } from 'vitest';
import { LAG } from '../constants.ts';
import { LagWatch } from './lag-watch.ts';

const { tick, ticks, late } = LAG;
let now: number;
let watch: LagWatch;
beforeEach(() => {
  now = 0;
  watch = new LagWatch(() => now);
});
afterEach(() => watch.close());

function pass(times: number, more: number): void {
  for (let count = 0; count < times; count++) {
    now += tick + more;
    watch.tick();
  }
}

it('notices that most ticks come late, and that it is over', () => {
  pass(ticks, late - 1);
  expect(watch.isBehind).toBe(false);
  pass(ticks, late);
  expect(watch.isBehind).toBe(true);
  pass(Math.ceil(ticks / 2), 0);
  expect(watch.isBehind).toBe(false);
});

it('does not take a machine that slept for one that is busy', () => {
  pass(ticks, 0);
  pass(1, 60_000);
  expect(watch.isBehind).toBe(false);
});
