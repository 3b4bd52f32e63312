import type { Bytes } from '@sotto/bytes';
import type { Query, Row } from '@sotto/database';
import { MAIL_CLASSES, QUOTA } from '../constants.ts';
import type { MailClass, QueueName } from '../mailbox.ts';
import { keyOf } from '../queue-key.ts';

const USED = MAIL_CLASSES.flatMap((mailClass) => [`${mailClass}_count`, `${mailClass}_bytes`]);
const COLUMNS = ['account', 'device', 'last_position', ...USED].join(', ');

// Always in the same order, so that two transactions never wait for each other.
const LOCK_OR_MAKE = `
  INSERT INTO queue (account, device)
  SELECT account, device FROM unnest(?, ?, ?) AS wanted (account, device, made)
  WHERE made = 1
    OR EXISTS (SELECT 1 FROM queue WHERE queue.account = wanted.account AND queue.device = wanted.device)
  ORDER BY account, device
  ON CONFLICT (account, device) DO UPDATE SET last_position = queue.last_position
  RETURNING ${COLUMNS}`;
const LOCK = `
  SELECT ${COLUMNS} FROM queue
  WHERE (account, device) IN (SELECT * FROM unnest(?, ?))
  ORDER BY account, device FOR UPDATE`;
const SAVE = `
  UPDATE queue SET ${['last_position', ...USED].map((name) => `${name} = changed.${name}`).join(', ')}
  FROM unnest(?, ?, ?${', ?'.repeat(USED.length)}) AS changed (${COLUMNS})
  WHERE queue.account = changed.account AND queue.device = changed.device`;

/** The row of a queue while this transaction holds it: nobody else gives out positions or room meanwhile. */
export interface HeldQueue {
  readonly queue: QueueName;
  lastPosition: number;
  readonly used: Record<MailClass, { count: number; bytes: number }>;
  isChanged: boolean;
}

export type HeldQueues = ReadonlyMap<string, HeldQueue>;

/**
 * Hold these queues until the transaction ends; what they are by then is committed. Missing ones are made, and `others` held
 * where they are there.
 */
export async function holdOrMakeQueues(
  query: Query,
  queues: readonly QueueName[],
  others: readonly QueueName[],
): Promise<HeldQueues> {
  const made = new Set(queues.map(keyOf));
  const all = distinct([...queues, ...others]);
  return toHeld(
    await query(LOCK_OR_MAKE, [...columnsOf(all), all.map((one) => (made.has(keyOf(one)) ? 1 : 0))]),
  );
}

/** Hold those of them that are there. */
export async function holdQueues(query: Query, queues: readonly QueueName[]): Promise<HeldQueues> {
  return toHeld(await query(LOCK, columnsOf(distinct(queues))));
}

function distinct(queues: readonly QueueName[]): readonly QueueName[] {
  return [...new Map(queues.map((queue) => [keyOf(queue), queue])).values()];
}

function toHeld(rows: readonly Row[]): HeldQueues {
  return new Map(rows.map((row) => heldQueue(row)).map((held) => [keyOf(held.queue), held]));
}

/** The names of queues as two columns. */
export function columnsOf(queues: readonly QueueName[]): [accounts: Bytes[], devices: number[]] {
  return [queues.map(({ account }) => account), queues.map(({ device }) => device)];
}

function heldQueue(row: Row): HeldQueue {
  return {
    queue: { account: row['account'] as Bytes, device: Number(row['device']) },
    lastPosition: Number(row['last_position']),
    used: {
      contact: usedOf(row, 'contact'),
      request: usedOf(row, 'request'),
      story: usedOf(row, 'story'),
    },
    isChanged: false,
  };
}

function usedOf(row: Row, mailClass: MailClass): { count: number; bytes: number } {
  return { count: Number(row[`${mailClass}_count`]), bytes: Number(row[`${mailClass}_bytes`]) };
}

/** Whether so much more fits. */
export function hasRoom({ used }: HeldQueue, mailClass: MailClass, count: number, bytes: number): boolean {
  const { [mailClass]: quota } = QUOTA;
  return used[mailClass].count + count <= quota.count && used[mailClass].bytes + bytes <= quota.bytes;
}

/** Write down what has changed of them. */
export async function saveQueues(query: Query, queues: HeldQueues): Promise<void> {
  const changed = [...queues.values()].filter(({ isChanged }) => isChanged);
  if (changed.length === 0) return;
  await query(SAVE, [
    ...columnsOf(changed.map(({ queue }) => queue)),
    changed.map(({ lastPosition }) => lastPosition),
    ...MAIL_CLASSES.flatMap((mailClass) => [
      changed.map(({ used }) => used[mailClass].count),
      changed.map(({ used }) => used[mailClass].bytes),
    ]),
  ]);
}
