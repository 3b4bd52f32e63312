import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ToldTimes } from './told-times.ts';

let now: number;
let told: ToldTimes;
const staying = new AbortController().signal;
beforeEach(() => {
  vi.useFakeTimers();
  now = 1_000;
  told = new ToldTimes(() => now);
});
afterEach(() => {
  vi.useRealTimers();
});

async function pass(milliseconds: number): Promise<void> {
  now += milliseconds;
  await vi.advanceTimersByTimeAsync(milliseconds);
}

it('says between one and three seconds at once to whoever was not told, or came when it was time', async () => {
  const connection = {};
  const seconds = await told.next(connection, staying);
  expect([1, 2, 3]).toContain(seconds);
  await pass(seconds * 1000);
  expect([1, 2, 3]).toContain(await told.next(connection, staying));
});

it('keeps who comes too early until the time that it was told, and others not', async () => {
  const connection = {};
  const seconds = await told.next(connection, staying);
  let again: number | undefined;
  void told.next(connection, staying).then((next) => {
    again = next;
  });
  expect([1, 2, 3]).toContain(await told.next({}, staying));
  await pass(seconds * 1000 - 1);
  expect(again).toBe(undefined);
  await pass(1);
  expect([1, 2, 3]).toContain(again);
});

it('does not go on waiting for who has gone', async () => {
  const connection = {};
  await told.next(connection, staying);
  const leaving = new AbortController();
  const waiting = told.next(connection, leaving.signal);
  leaving.abort();
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
});

it('keeps nobody at the end', async () => {
  const connection = {};
  await told.next(connection, staying);
  const waiting = told.next(connection, staying);
  told.endAll();
  await waiting;
  await told.next(connection, staying);
  expect(vi.getTimerCount()).toBe(0);
});
