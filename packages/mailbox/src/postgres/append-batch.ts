import { type Bytes, toHex } from '@sotto/bytes';
import { DatabaseError, type Query } from '@sotto/database';
import { MAIL_CLASSES } from '../constants.ts';
import { CLASS_NUMBER } from '../mail-class.ts';
import type { AppendOutcome, MailEntry, Premise } from '../mailbox.ts';
import { keyOf } from '../queue-key.ts';
import type { Outcome } from './batches.ts';
import {
  columnsOf,
  type HeldQueue,
  type HeldQueues,
  hasRoom,
  holdOrMakeQueues,
  saveQueues,
} from './queue-rows.ts';

const INSERT = `
  INSERT INTO mail (account, device, position, class, id, received_at, size, envelope)
  SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)`;

/** One call. */
export interface Append {
  readonly entries: readonly MailEntry[];
  readonly premises: readonly Premise[];
}

/** What may be a premise and is true of these accounts: the texts. */
export type ReadTruths = (query: Query, accounts: readonly Bytes[]) => Promise<ReadonlySet<string>>;

interface Placed {
  readonly entry: MailEntry;
  readonly position: number;
}

/**
 * Store what fits, call by call: each is stored whole, or outdated, full or refused, and none stands in the way of another.
 * Rejects with DatabaseError `refused` when an ID is there from before, whosesoever it is.
 */
export async function appendBatch(
  query: Query,
  calls: readonly Append[],
  truths: ReadTruths,
): Promise<readonly Outcome<AppendOutcome>[]> {
  const current = await findCurrent(query, calls, truths);
  // Only theirs: a queue that is made for somebody who is gone would stay.
  const names = [...current].flatMap(({ entries }) => entries.map(({ queue }) => queue));
  const queues = names.length === 0 ? new Map() : await holdOrMakeQueues(query, names);
  const placed: Placed[] = [];
  const batch = { queues, ids: new Set<string>(), placed };
  const outcomes = calls.map((call) =>
    current.has(call) ? place(call.entries, batch) : { value: { outcome: 'outdated' as const } },
  );
  if (placed.length > 0) await Promise.all([insert(query, placed), saveQueues(query, queues)]);
  return outcomes;
}

/** The calls whose premises are all true. */
async function findCurrent(
  query: Query,
  calls: readonly Append[],
  read: ReadTruths,
): Promise<ReadonlySet<Append>> {
  const asked = calls.flatMap(({ premises }) => premises.map(({ account }) => account));
  const accounts = [...new Map(asked.map((account) => [toHex(account), account])).values()];
  const truths = accounts.length === 0 ? new Set<string>() : await read(query, accounts);
  return new Set(calls.filter(({ premises }) => premises.every(({ text }) => truths.has(text))));
}

interface Batch {
  readonly queues: HeldQueues;
  /** Of all that is placed. */
  readonly ids: Set<string>;
  readonly placed: Placed[];
}

function place(entries: readonly MailEntry[], { queues, ids, placed }: Batch): Outcome<AppendOutcome> {
  const own = new Set(entries.map(idOf));
  if (own.size < entries.length || [...own].some((id) => ids.has(id))) {
    return { error: new DatabaseError('refused', 'an ID is repeated') };
  }
  const byQueue = groupByQueue(entries, queues);
  if (!byQueue.every(fits)) return { value: { outcome: 'full' } };
  for (const { held, entries } of byQueue) {
    held.isChanged = true;
    for (const entry of entries) {
      placed.push({ entry, position: ++held.lastPosition });
      held.used[entry.class].count += 1;
      held.used[entry.class].bytes += entry.envelope.length;
    }
  }
  for (const id of own) ids.add(id);
  return { value: { outcome: 'stored' } };
}

const idOf = ({ queue, id }: MailEntry): string => `${keyOf(queue)}.${toHex(id)}`;

interface QueueShare {
  readonly held: HeldQueue;
  readonly entries: MailEntry[];
}

function groupByQueue(entries: readonly MailEntry[], queues: HeldQueues): readonly QueueShare[] {
  const shares = new Map<string, QueueShare>();
  for (const entry of entries) {
    const key = keyOf(entry.queue);
    const held = queues.get(key);
    if (held === undefined) throw new DatabaseError('not-committed', 'a queue could not be made');
    const share = shares.get(key) ?? { held, entries: [] };
    share.entries.push(entry);
    shares.set(key, share);
  }
  return [...shares.values()];
}

function fits({ held, entries }: QueueShare): boolean {
  return MAIL_CLASSES.every((mailClass) => {
    const own = entries.filter((entry) => entry.class === mailClass);
    const bytes = own.reduce((sum, { envelope }) => sum + envelope.length, 0);
    return hasRoom(held, mailClass, own.length, bytes);
  });
}

async function insert(query: Query, placed: readonly Placed[]): Promise<void> {
  const entries = placed.map(({ entry }) => entry);
  await query(INSERT, [
    ...columnsOf(entries.map(({ queue }) => queue)),
    placed.map(({ position }) => position),
    entries.map((entry) => CLASS_NUMBER[entry.class]),
    entries.map(({ id }) => id),
    entries.map(({ receivedAt }) => receivedAt),
    entries.map(({ envelope }) => envelope.length),
    entries.map(({ envelope }) => envelope),
  ]);
}
