import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TokenBuckets } from '@sotto/limits';
import { memoryOnlineMail, openMailbox } from '@sotto/mailbox';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FORGET_INTERVAL } from './constants.ts';
import { createEvents } from './events.ts';
import { keepHouse } from './keep-house.ts';
import { NewRecipients } from './limits/new-recipients.ts';
import { Connections } from './socket/connections.ts';
import { openRelayStore } from './store/relay-store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-house-'));
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

it('forgets who wrote to whom when the limit is over, and nobody before', () => {
  const ignore = () => undefined;
  const store = openRelayStore(join(folder, 'relay.db'), ignore);
  const mailbox = openMailbox({ path: join(folder, 'mailbox.db'), eraseFailed: ignore });
  const messages = new TokenBuckets({ size: 2, refill: FORGET_INTERVAL, keys: 10 });
  const preKeys = new TokenBuckets({ size: 9, refill: 2 * FORGET_INTERVAL, keys: 10 });
  let time = 0;
  const stop = keepHouse({
    store,
    mailbox,
    connections: new Connections(),
    onlineMail: memoryOnlineMail(),
    events: createEvents(ignore),
    now: () => time,
    limits: { messages, preKeys },
    newRecipients: new NewRecipients(),
  });
  for (const buckets of [messages, preKeys]) buckets.take('alice>bob', time, 2);
  const pass = () => {
    time += FORGET_INTERVAL;
    vi.advanceTimersByTime(FORGET_INTERVAL);
  };
  pass();
  expect([messages.size, preKeys.size]).toEqual([1, 1]);
  pass();
  expect([messages.size, preKeys.size]).toEqual([0, 1]);
  stop();
  for (let times = 0; times < 9; times++) pass();
  expect(preKeys.size).toBe(1);
  mailbox.close();
  store.close();
});
