import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Bytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { DatabaseError } from '@sotto/database';
import { type Mailbox, memoryOnlineMail, openMailbox, QUOTA } from '@sotto/mailbox';
import { decodeFrame, ENVELOPE_TYPE, encodeEnvelope, PATH, type RequestFrame } from '@sotto/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { rostersOf } from '../calls/messages/roster.ts';
import type { RelayContext } from '../context.ts';
import { createEvents, type Events } from '../events.ts';
import type { StoredAccount } from '../store/accounts.ts';
import { MailDelivery } from './deliver-mail.ts';

const queue = { account: new Uint8Array(16).fill(1), device: 1 };

let folder: string;
let mailbox: Mailbox;
let context: RelayContext;
let events: Events;
let sent: RequestFrame[];
let buffered: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-delivery-'));
  mailbox = openMailbox({ path: join(folder, 'mailbox.db') });
  // Delivery of sealed mail asks for nothing else.
  events = createEvents(() => undefined);
  const onlineMail = memoryOnlineMail();
  context = { mailbox, onlineMail, events, now: () => 1_000 } as unknown as RelayContext;
  sent = [];
  buffered = 0;
});
afterEach(async () => {
  await mailbox.close();
  rmSync(folder, { recursive: true });
});

/** Bytes outside the JavaScript heap that full collections leave; some are given back only a turn later. */
const heldAfter = (collect: () => void) => async (): Promise<number> => {
  for (let times = 0; times < 3; times++) {
    collect();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().external;
};

/** A full garbage collection at each call. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

async function store(
  count: number,
  size = 10,
  changes: { story?: true; source?: { aci: Bytes; device: number } } = {},
): Promise<void> {
  const entries = Array.from({ length: count }, () => {
    const id = randomBytes(16);
    const envelope = encodeEnvelope({
      type: ENVELOPE_TYPE.sealed,
      clientTimestamp: 1,
      serverTimestamp: 2,
      guid: id,
      destination: queue.account,
      urgent: true,
      content: randomBytes(size),
      ...changes,
    });
    return { queue, class: 'contact', id, receivedAt: 0, envelope } as const;
  });
  await mailbox.append(entries);
}

/** A socket whose buffer grows by `size` with each frame. */
function deliver(size = 0, stories = false): MailDelivery {
  const pipe = {
    failed,
    send: (frame: Bytes) => {
      sent.push(decodeFrame(frame) as RequestFrame);
      buffered += size;
    },
    buffered: () => buffered,
  };
  const delivery = new MailDelivery(context, { queue, stories }, pipe);
  delivery.wake();
  return delivery;
}

/** What has come of what was done: reading takes turns of the event loop. */
async function sentSoon(count: number): Promise<void> {
  for (let turns = 0; turns < 20; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(messages()).toHaveLength(count);
}

function failed(error: unknown): void {
  throw error;
}

const messages = () => sent.filter(({ path }) => path === PATH.message);

describe('mail delivery', () => {
  it('pauses while the socket’s buffer is full, and goes on when it is not', async () => {
    await store(20);
    const delivery = deliver(300_000);
    // Mail is read in batches; a batch that has begun is sent whole.
    await sentSoon(20);
    await store(5);
    delivery.wake();
    await sentSoon(20);
    buffered = 0;
    delivery.drained();
    await sentSoon(25);
  });

  it('never has more than 256 unanswered', async () => {
    await store(400);
    const delivery = deliver();
    await sentSoon(256);
    for (const { id } of messages().slice(0, 10)) delivery.answered(id ?? 0n, 200);
    await sentSoon(266);
    delivery.answered(9_999n, 200);
    await sentSoon(266);
  });

  it('keeps nothing of unanswered envelopes but what an answer needs', async () => {
    await store(256, 90_000);
    const held = heldAfter(collector());
    const before = await held();
    let pushed = 0;
    const pipe = { send: () => pushed++, buffered: () => 0, failed };
    const delivery = new MailDelivery(context, { queue, stories: false }, pipe);
    delivery.wake();
    await vi.waitFor(() => expect(pushed).toBe(256));
    // 23 MB of envelopes.
    expect((await held()) - before).toBeLessThan(4_000_000);
    delivery.answered(1n, 200);
    await delivery.settled();
    expect((await mailbox.use(queue, 'contact')).count).toBe(255);
  });

  it('says once that the queue is empty, even if its end expired while it waited', async () => {
    await store(2);
    const last = (await mailbox.read(queue, 0, 10))[1]?.id as Bytes;
    const { newest } = mailbox;
    mailbox.newest = async (name) => {
      const position = await newest.call(mailbox, name);
      await mailbox.remove(queue, [last]);
      return position;
    };
    const delivery = deliver();
    await sentSoon(1);
    expect(sent.map(({ path }) => path)).toEqual([PATH.message]);
    delivery.answered(1n, 200);
    delivery.wake();
    await sentSoon(1);
    expect(sent.map(({ path }) => path)).toEqual([PATH.message, PATH.queueEmpty]);
  });

  it('gives out mail for now after what waits, and keeps to what may be unanswered', async () => {
    await store(256);
    const delivery = deliver();
    const envelope = randomBytes(7);
    await context.onlineMail.put([{ queue, id: randomBytes(16), until: 2_000, envelope }]);
    delivery.wake();
    await sentSoon(256);
    delivery.answered(1n, 200);
    await sentSoon(257);
    expect(messages().at(-1)?.body).toEqual(envelope);
    expect(await context.onlineMail.take(queue, 1_000)).toEqual([]);
  });

  it('takes stories from the queue unseen where nobody wants them', async () => {
    await store(3, 10, { story: true });
    await store(1);
    const delivery = deliver();
    await sentSoon(1);
    await delivery.settled();
    expect((await mailbox.use(queue, 'contact')).count).toBe(1);
    expect(events.totals()).toEqual({ 'story-dropped': 3 });
    delivery.answered(1n, 500);
    await sentSoon(1);
    expect(sent.map(({ path }) => path)).toEqual([PATH.message, PATH.queueEmpty]);
  });

  it('delivers stories to who wants them', async () => {
    await store(3, 10, { story: true });
    deliver(0, true);
    await sentSoon(3);
    expect((await mailbox.use(queue, 'contact')).count).toBe(3);
  });

  it('waits while a database that is shared cannot be asked, for whatever reason, and goes on when it can', async () => {
    context = { ...context, others: { reachable: false, soon: () => undefined, stop: () => undefined } };
    await store(1);
    const { read } = mailbox;
    for (const code of ['unreachable', 'overloaded', 'not-committed'] as const) {
      mailbox.read = async () => {
        throw new DatabaseError(code, 'not now');
      };
      const delivery = deliver();
      await sentSoon(0);
      mailbox.read = read.bind(mailbox);
      delivery.newestIs(0);
      await sentSoon(1);
      delivery.stop();
      sent = [];
    }
  });

  it('writes an acknowledgement down at the next look when it could not at once', async () => {
    await store(2);
    const { remove } = mailbox;
    mailbox.remove = async () => {
      throw new DatabaseError('not-committed', 'not now');
    };
    const delivery = deliver();
    await sentSoon(2);
    delivery.answered(1n, 200);
    await delivery.settled();
    mailbox.remove = remove.bind(mailbox);
    delivery.newestIs(0);
    await delivery.settled();
    expect((await mailbox.use(queue, 'contact')).count).toBe(1);
    expect(events.totals()).toEqual({ 'internal-error': 1, 'message-acknowledged': 1 });
    await sentSoon(2);
  });

  describe('of a message by name', () => {
    const sender = { account: new Uint8Array(16).fill(2), device: 1 };
    const one = { id: 1, registrationId: 5 };
    let account: { readonly aci: Bytes; readonly devices: readonly (typeof one)[] };
    const receipts = async (): Promise<number> => (await mailbox.read(sender, 0, 100)).length;
    beforeEach(async () => {
      account = { aci: sender.account, devices: [one] };
      await mailbox.close();
      const truths = () => rostersOf(account as unknown as StoredAccount);
      mailbox = openMailbox({ path: join(folder, 'mailbox.db'), truths });
      const store = { findAccount: async () => account };
      const connections = { wake: () => undefined };
      context = { ...context, mailbox, store, connections } as unknown as RelayContext;
      await storeNamed();
    });
    const storeNamed = () => store(1, 10, { source: { aci: sender.account, device: 1 } });

    /** An acknowledgement comes, and another wake-up after it. */
    async function acknowledged(between: () => void | Promise<void> = () => undefined): Promise<void> {
      const delivery = deliver();
      await sentSoon(1);
      delivery.answered(1n, 200);
      await delivery.settled();
      await between();
      delivery.wake();
      await delivery.settled();
    }

    it('tells the sender in the commit that removes it', async () => {
      await acknowledged();
      expect([await receipts(), (await mailbox.use(queue, 'contact')).count]).toEqual([1, 0]);
    });

    it('tells the sender later when that fails, and not twice when nobody knows whether it did', async () => {
      for (const happened of [false, true]) {
        const { exchange } = mailbox;
        mailbox.exchange = async (...asked) => {
          if (happened) await exchange.apply(mailbox, asked);
          throw new DatabaseError(happened ? 'unknown' : 'unreachable', 'not now');
        };
        await acknowledged(() => {
          mailbox.exchange = exchange.bind(mailbox);
        });
        expect([await receipts(), (await mailbox.use(queue, 'contact')).count]).toEqual([1, 0]);
        expect(events.totals()['message-acknowledged']).toBe(happened ? 2 : 1);
        await mailbox.clear(sender.account);
        sent = [];
        await storeNamed();
      }
    });

    it('is gone when the sender has no room, who is told when there is some', async () => {
      const fill = Array.from({ length: QUOTA.contact.count }, () => ({
        queue: sender,
        class: 'contact' as const,
        id: randomBytes(16),
        receivedAt: 0,
        envelope: Uint8Array.of(1),
      }));
      await mailbox.append(fill);
      await acknowledged(async () => {
        expect((await mailbox.use(queue, 'contact')).count).toBe(0);
        await mailbox.clear(sender.account);
      });
      expect(await receipts()).toBe(1);
      expect(events.totals()).toEqual({ 'message-acknowledged': 1 });
    });

    it('is told to the devices that there are by then', async () => {
      const { exchange } = mailbox;
      mailbox.exchange = (...asked) => {
        mailbox.exchange = exchange.bind(mailbox);
        account = { ...account, devices: [one, { id: 2, registrationId: 6 }] };
        return exchange.apply(mailbox, asked);
      };
      await acknowledged();
      expect(await receipts()).toBe(1);
      expect(await mailbox.newest({ ...sender, device: 2 })).toBeGreaterThan(0);
    });
  });

  it('sends nothing more once stopped', async () => {
    const delivery = deliver();
    delivery.stop();
    await store(1);
    delivery.wake();
    await sentSoon(0);
  });
});
