import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseError } from '@sotto/database';
import { TokenBuckets } from '@sotto/limits';
import { type Mailbox, memoryOnlineMail, openMailbox } from '@sotto/mailbox';
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

const ignore = () => undefined;

/** All that is looked after, with nothing in it. */
function house(changes: Partial<Parameters<typeof keepHouse>[0]> = {}) {
  return {
    store: openRelayStore(join(folder, 'relay.db'), ignore),
    mailbox: openMailbox({ path: join(folder, 'mailbox.db'), eraseFailed: ignore }),
    connections: new Connections(),
    onlineMail: memoryOnlineMail(),
    events: createEvents(ignore),
    now: () => 0,
    limits: {},
    newRecipients: new NewRecipients(),
    ...changes,
  };
}

it('forgets who wrote to whom when the limit is over, and nobody before', () => {
  const messages = new TokenBuckets({ size: 2, refill: FORGET_INTERVAL, keys: 10 });
  const preKeys = new TokenBuckets({ size: 9, refill: 2 * FORGET_INTERVAL, keys: 10 });
  let time = 0;
  const { store, mailbox, ...rest } = house({ now: () => time, limits: { messages, preKeys } });
  const stop = keepHouse({ store, mailbox, ...rest });
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

it('does the rest when a step fails, and clears what a crash has left', async () => {
  const { store, mailbox, events, ...rest } = house();
  const queue = { account: new Uint8Array(16).fill(1), device: 1 };
  const [id, envelope] = [new Uint8Array(16), new Uint8Array(9)];
  await mailbox.append([{ queue, id, class: 'contact', receivedAt: 0, envelope }]);
  const failing: Mailbox = Object.assign(Object.create(mailbox), {
    queues: mailbox.queues.bind(mailbox),
    clear: mailbox.clear.bind(mailbox),
    expire: async () => {
      throw new DatabaseError('not-committed', 'no room');
    },
  });
  const stop = keepHouse({ store, mailbox: failing, events, ...rest });
  await vi.waitFor(async () => expect(await mailbox.newest(queue)).toBe(0));
  expect(events.totals()).toMatchObject({ 'internal-error': 1 });
  stop();
  await Promise.all([mailbox.close(), store.close()]);
});
