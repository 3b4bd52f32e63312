import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { asBytes } from '@sotto/bytes';
import { type Mailbox, type MailEntry, openMailbox, type QueueName, type StoredMail } from '@sotto/mailbox';
import type { SeededRandom } from '@sotto/testkit';
import { ensure, type Facts, type Workload } from './workload.ts';

/** The relay's mailbox: single, grouped, concurrent and paid appends, acknowledgements and exchanges, clearing and expiry. */
export const mailboxWorkload: Workload = {
  name: 'mailbox',
  lives: 2,
  live: async ({ folder, random, number, operations, step }) => {
    const open = (): Mailbox => openMailbox({ path: fileIn(folder) });
    let mailbox = open();
    const facts = (): Promise<Facts> => factsOf(mailbox);
    await step(() => undefined, facts);
    for (let count = 0; count < operations; count++) {
      const kind = random.integer(20);
      if (kind === 0) {
        await step(async () => {
          await mailbox.close();
          mailbox = open();
        }, facts);
      } else if (kind === 1) await step(() => mailbox.expire(NOW), facts);
      else if (kind === 2) await step(() => clearSome(mailbox, random), facts);
      else if (kind < 5) await step(() => removeSome(mailbox, random), facts);
      else if (kind < 8) await step(() => exchangeOne(mailbox, random), facts);
      else if (kind < 10) await step(() => appendPaid(mailbox, random), facts);
      else await step(() => appendSome(mailbox, random), facts);
    }
    // The last life closes; the others are killed.
    if (number === mailboxWorkload.lives - 1) await mailbox.close();
  },
  revive: async (folder) => {
    const mailbox = openMailbox({ path: fileIn(folder) });
    return {
      facts: await factsOf(mailbox),
      goOn: async () => {
        const [queue] = QUEUES;
        ensure(queue !== undefined, 'there is a queue');
        const id = asBytes(Buffer.alloc(16, 0xff));
        const entry = {
          queue,
          class: 'contact',
          id,
          receivedAt: NOW,
          envelope: asBytes(Buffer.alloc(2560, 7)),
        } as const;
        const { outcome } = await mailbox.append([entry]);
        ensure(outcome === 'stored', `one more append is ${outcome}`);
        const [last] = await mailbox.read(queue, (await mailbox.newest(queue)) - 1, 1);
        ensure(last?.id[0] === 0xff, 'the one more is the newest');
        await mailbox.remove(queue, [id]);
      },
      close: () => mailbox.close(),
    };
  },
  databases: (folder) => [{ path: fileIn(folder) }],
};

const fileIn = (folder: string): string => join(folder, 'mailbox.db');

const DAY = 24 * 60 * 60 * 1000;
const NOW = 1_800_000_000_000;
const SIZES = [2560, 2560, 2560, 2560, 2560, 2560, 16_384, 16_384, 73_728] as const;

const QUEUES: readonly QueueName[] = [1, 2, 3].flatMap((account) =>
  [1, 2].map((device) => ({ account: asBytes(Buffer.alloc(16, account)), device })),
);

async function factsOf(mailbox: Mailbox): Promise<Facts> {
  const facts: string[] = [];
  for (const [index, queue] of QUEUES.entries()) {
    const contact = JSON.stringify(await mailbox.use(queue, 'contact'));
    const request = JSON.stringify(await mailbox.use(queue, 'request'));
    facts.push(`queue ${index}: newest ${await mailbox.newest(queue)}, use ${contact} ${request}`);
    for (const { position, id, envelope } of await readAll(mailbox, queue)) {
      const hash = createHash('sha256').update(envelope).digest('hex');
      facts.push(`queue ${index}: ${position} ${Buffer.from(id).toString('hex')} ${hash}`);
    }
  }
  return facts;
}

async function readAll(mailbox: Mailbox, queue: QueueName): Promise<readonly StoredMail[]> {
  const mail: StoredMail[] = [];
  for (;;) {
    const page = await mailbox.read(queue, mail.at(-1)?.position ?? 0, 100);
    if (page.length === 0) return mail;
    mail.push(...page);
  }
}

function newEntry(random: SeededRandom): MailEntry {
  return {
    queue: random.pick(QUEUES),
    class: random.chance(0.8) ? 'contact' : 'request',
    id: random.bytes(16),
    receivedAt: NOW - random.integer(33 * DAY),
    envelope: asBytes(Buffer.alloc(random.pick(SIZES), random.integer(256))),
  };
}

async function appendSome(mailbox: Mailbox, random: SeededRandom): Promise<void> {
  // What is asked for in one turn of the event loop shares a commit.
  const calls = random.chance(0.2) ? 4 : 1;
  const entries = random.chance(0.2) ? 3 : 1;
  await Promise.all(
    Array.from({ length: calls }, async () => {
      const { outcome } = await mailbox.append(Array.from({ length: entries }, () => newEntry(random)));
      ensure(outcome === 'stored', `an append is ${outcome}`);
    }),
  );
}

async function removeSome(mailbox: Mailbox, random: SeededRandom): Promise<void> {
  const queue = random.pick(QUEUES);
  const mail = await mailbox.read(queue, 0, 1 + random.integer(5));
  await mailbox.remove(
    queue,
    mail.map(({ id }) => id),
  );
}

/** Acknowledged mail, and what is owed for it; what is gone already is owed nothing. */
async function exchangeOne(mailbox: Mailbox, random: SeededRandom): Promise<void> {
  const queue = random.pick(QUEUES);
  const [mail] = await mailbox.read(queue, 0, 1);
  const id = mail?.id ?? random.bytes(16);
  const { outcome } = await mailbox.exchange({ queue, id }, [newEntry(random)]);
  ensure(outcome === (mail === undefined ? 'gone' : 'stored'), `an exchange is ${outcome}`);
}

/** A stranger's, and once more by somebody who has not heard the answer. */
async function appendPaid(mailbox: Mailbox, random: SeededRandom): Promise<void> {
  const stamp = { name: random.bytes(32), use: random.bytes(32), until: NOW + DAY };
  for (const expected of ['stored', 'repeated']) {
    const { outcome } = await mailbox.appendPaid([newEntry(random)], [], stamp);
    ensure(outcome === expected, `a paid append is ${outcome}`);
  }
}

/** One device's queue, of less than one commit removes. */
async function clearSome(mailbox: Mailbox, random: SeededRandom): Promise<void> {
  const { account, device } = random.pick(QUEUES);
  await mailbox.clear(account, device);
}
