import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createTypingSign } from './typing-sign.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const start = () => {
  const told: boolean[] = [];
  return { told, sign: createTypingSign((typing) => told.push(typing), Date.now) };
};

it('tells of the first key, and seldom of those after it', () => {
  const { told, sign } = start();
  for (let key = 0; key < 50; key++) {
    sign.typed('text');
    vi.advanceTimersByTime(100);
  }
  expect(told).toEqual([true]);
  vi.advanceTimersByTime(1_000);
  sign.typed('text');
  expect(told).toEqual([true, true]);
});

it('tells that it is over: after a pause, when all is deleted, when it was sent', () => {
  const { told, sign } = start();
  sign.typed('text');
  vi.advanceTimersByTime(8_000);
  expect(told).toEqual([true, false]);
  sign.typed('a');
  sign.typed('');
  expect(told).toEqual([true, false, true, false]);
  sign.stop();
  sign.stop();
  expect(told).toHaveLength(4);
});
