import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { asBytes } from '@sotto/bytes';
import { type Mailbox, type MailEntry, openMailbox, type QueueName } from '@sotto/mailbox';
import type { SeededRandom } from '@sotto/testkit';
import { ensure, type Facts, type Workload } from './workload.ts';

/** The relay's mailbox: single, grouped and concurrent appends, acknowledgements, clearing and expiry. */
export const mailboxWorkload: Workload = {
  name: 'mailbox',
  lives: 2,
  live: async ({ folder, random, number, operations, step }) => {
    const open = (): Mailbox => openMailbox({ path: fileIn(folder) });
    let mailbox = open();
    const facts = (): Facts => factsOf(mailbox);
    await step(() => undefined, facts);
    for (let count = 0; count < operations; count++) {
      const kind = random.integer(20);
      if (kind === 0) {
        await step(() => {
          mailbox.close();
          mailbox = open();
        }, facts);
      } else if (kind === 1) await step(() => mailbox.expire(NOW), facts);
      else if (kind === 2) await step(() => clearSome(mailbox, random), facts);
      else if (kind < 6) await step(() => removeSome(mailbox, random), facts);
      else await step(() => appendSome(mailbox, random), facts);
    }
    // The last life closes; the others are killed.
    if (number === mailboxWorkload.lives - 1) mailbox.close();
  },
  revive: async (folder) => {
    const mailbox = openMailbox({ path: fileIn(folder) });
    return {
      facts: factsOf(mailbox),
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
        const newest = mailbox.newest(queue);
        ensure(mailbox.read(queue, newest - 1, 1)[0]?.id[0] === 0xff, 'the one more is the newest');
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

function factsOf(mailbox: Mailbox): Facts {
  return QUEUES.flatMap((queue, index) => {
    const mail = [];
    for (let after = 0; ; ) {
      const page = mailbox.read(queue, after, 100);
      if (page.length === 0) break;
      mail.push(...page);
      after = page.at(-1)?.position ?? after;
    }
    const use = (['contact', 'request'] as const).map((each) => JSON.stringify(mailbox.use(queue, each)));
    return [
      `queue ${index}: newest ${mailbox.newest(queue)}, use ${use.join(' ')}`,
      ...mail.map(
        ({ position, id, envelope }) =>
          `queue ${index}: ${position} ${Buffer.from(id).toString('hex')} ${createHash('sha256').update(envelope).digest('hex')}`,
      ),
    ];
  });
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
  await mailbox.remove(
    queue,
    mailbox.read(queue, 0, 1 + random.integer(5)).map(({ id }) => id),
  );
}

/** One device's queue, of less than one commit removes. */
async function clearSome(mailbox: Mailbox, random: SeededRandom): Promise<void> {
  const { account, device } = random.pick(QUEUES);
  await mailbox.clear(account, device);
}
