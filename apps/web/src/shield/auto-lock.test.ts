import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AutoLock, TELL_MS } from './auto-lock.ts';

const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

function start(minutes: number) {
  const lock = vi.fn();
  const tell = vi.fn();
  const auto = new AutoLock({
    minutes,
    lock,
    tell,
    now: () => Date.now(),
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  });
  return { auto, lock, tell };
}

it('locks after so many minutes without a sign, and not a moment before', () => {
  const { lock } = start(5);
  vi.advanceTimersByTime(5 * MINUTE - 1);
  expect(lock).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(lock).toHaveBeenCalledTimes(1);
});

it('begins anew with every sign, here or in another tab', () => {
  const { auto, lock } = start(1);
  vi.advanceTimersByTime(50_000);
  auto.sign();
  vi.advanceTimersByTime(50_000);
  auto.heard();
  vi.advanceTimersByTime(59_999);
  expect(lock).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(lock).toHaveBeenCalledTimes(1);
});

it('never locks where no time is set', () => {
  const { auto, lock } = start(0);
  vi.advanceTimersByTime(1_000 * MINUTE);
  auto.sign();
  expect(lock).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

it('tells of a person at once and then not too often', () => {
  const { auto, tell } = start(5);
  for (let at = 0; at < TELL_MS; at += 100) {
    auto.sign();
    vi.advanceTimersByTime(100);
  }
  expect(tell).toHaveBeenCalledTimes(1);
  auto.sign();
  expect(tell).toHaveBeenCalledTimes(2);
});

it('locks before it believes the first sign after a sleep that stopped the timers', () => {
  const { auto, lock, tell } = start(5);
  vi.setSystemTime(60 * MINUTE);
  auto.sign();
  expect(lock).toHaveBeenCalledTimes(1);
  expect(tell).not.toHaveBeenCalled();
});

it('does nothing after it was stopped', () => {
  const { auto, lock } = start(1);
  auto.stop();
  vi.advanceTimersByTime(5 * MINUTE);
  expect(lock).not.toHaveBeenCalled();
});
