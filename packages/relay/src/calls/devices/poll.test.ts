import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LONGEST_WAIT } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { createEvents } from '../../events.ts';
import { type Call, reply } from '../../http/call.ts';
import { Waiters } from '../../waiters.ts';
import { poll } from './poll.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
});
afterEach(() => vi.useRealTimers());

const call = (timeout: string | undefined, waits: () => void = () => undefined): Call => ({
  verb: 'GET',
  parameters: [],
  query: new Map(timeout === undefined ? [] : [['timeout', timeout]]),
  headers: new Map(),
  body: new Uint8Array(),
  from: '198.51.100.1',
  waits,
});
const contextWith = (waiters: Waiters) =>
  ({ waiters, events: createEvents(() => undefined) }) as unknown as RelayContext;
const nothing = { bell: 'x', look: async () => undefined };

it('gives its place among those that are being answered back, and only if it waits', async () => {
  const context = contextWith(new Waiters(2));
  const waits = vi.fn();
  expect(await poll(context, call('0', waits), nothing)).toEqual(reply(400));
  expect(waits).not.toHaveBeenCalled();
  const first = poll(context, call('10', waits), nothing);
  expect(waits).toHaveBeenCalledTimes(1);
  expect((await poll(context, call('10', waits), nothing)).status).toBe(429);
  expect(waits).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(await first).toEqual(reply(204));
  const found = { bell: 'x', look: async () => reply(200) };
  expect(await poll(context, call('10', waits), found)).toEqual(reply(200));
});

it.each([
  [undefined, 30_000],
  ['1', 1_000],
  ['3600', LONGEST_WAIT],
])('with a timeout of %s waits %d milliseconds', async (timeout, milliseconds) => {
  let answered: number | undefined;
  void poll(contextWith(new Waiters()), call(timeout), nothing).then(({ status }) => {
    answered = status;
  });
  await vi.advanceTimersByTimeAsync(milliseconds - 1);
  expect(answered).toBeUndefined();
  await vi.advanceTimersByTimeAsync(1);
  expect(answered).toBe(204);
});
