import { type Bytes, equalBytes, toHex } from '@sotto/bytes';
import { DatabaseError, type Query } from '@sotto/database';
import { MAIL_CLASSES } from '../constants.ts';
import { CLASS_NUMBER } from '../mail-class.ts';
import type {
  AppendOutcome,
  ExchangeOutcome,
  MailEntry,
  MailName,
  PaidOutcome,
  Premise,
  Stamp,
} from '../mailbox.ts';
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
import { DELETE, type FoundMail, findMail, nameKey, namesOf } from './remove-batch.ts';

const INSERT = `
  INSERT INTO mail (account, device, position, class, id, received_at, size, envelope)
  SELECT * FROM unnest(?, ?, ?, ?, ?, ?, ?, ?)`;

const SPENT = 'SELECT name, use FROM stamp WHERE name IN (SELECT * FROM unnest(?))';
const SPEND = 'INSERT INTO stamp (name, use, until) SELECT * FROM unnest(?, ?, ?)';

/** One call. */
export interface Append {
  readonly entries: readonly MailEntry[];
  readonly premises: readonly Premise[];
  readonly stamp?: Stamp;
  /** Removed with it. */
  readonly mail?: MailName;
}

export type CallOutcome = PaidOutcome | ExchangeOutcome;

/** What may be a premise and is true of these accounts: the texts. */
export type ReadTruths = (query: Query, accounts: readonly Bytes[]) => Promise<ReadonlySet<string>>;

interface Placed {
  readonly entry: MailEntry;
  readonly position: number;
}

/**
 * Store what fits, call by call: each is stored whole, or outdated, full or refused, and none stands in the way of another.
 * Rejects with DatabaseError `refused` when an ID is there from before, whosesoever it is, or when somebody else has spent a
 * stamp in this moment.
 */
export async function appendBatch(
  query: Query,
  calls: readonly Append[],
  truths: ReadTruths,
): Promise<readonly Outcome<CallOutcome>[]> {
  const spent = await findSpent(query, calls);
  const current = await findCurrent(query, calls, truths);
  // Only theirs: a queue that is made for somebody who is gone would stay.
  const names = [...current].flatMap(({ entries }) => entries.map(({ queue }) => queue));
  const mail = [...current].flatMap((call) => call.mail ?? []);
  const others = mail.map(({ queue }) => queue);
  const queues =
    names.length + others.length === 0 ? new Map() : await holdOrMakeQueues(query, names, others);
  // Nobody else removes any of it while its queue is held.
  const there = await findMail(query, mail);
  const batch: Batch = { spent, current, queues, there, ids: new Set(), placed: [], stored: [] };
  const outcomes = calls.map((call) => carryOut(call, batch));
  await save(query, batch);
  return outcomes;
}

/** What the stamps of these calls have paid for before, by name. */
async function findSpent(query: Query, calls: readonly Append[]): Promise<Map<string, Bytes>> {
  const names = calls.flatMap(({ stamp }) => stamp?.name ?? []);
  const rows = names.length === 0 ? [] : await query(SPENT, [names]);
  return new Map(rows.map(({ name, use }) => [toHex(name as Bytes), use as Bytes]));
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
  readonly spent: Map<string, Bytes>;
  readonly current: ReadonlySet<Append>;
  readonly queues: HeldQueues;
  /** Mail that is to be removed and was not yet. */
  readonly there: Map<string, FoundMail>;
  /** Of all that is placed. */
  readonly ids: Set<string>;
  readonly placed: Placed[];
  readonly stored: Append[];
}

function carryOut(call: Append, batch: Batch): Outcome<CallOutcome> {
  const { stamp, mail } = call;
  const use = stamp && batch.spent.get(toHex(stamp.name));
  if (stamp !== undefined && use !== undefined) {
    return { value: { outcome: equalBytes(use, stamp.use) ? 'repeated' : 'spent' } };
  }
  if (!batch.current.has(call)) return { value: { outcome: 'outdated' } };
  if (mail !== undefined && !batch.there.has(nameKey(mail))) return { value: { outcome: 'gone' } };
  const outcome = place(call.entries, batch);
  if ('error' in outcome || outcome.value.outcome !== 'stored') return outcome;
  if (stamp !== undefined) batch.spent.set(toHex(stamp.name), stamp.use);
  if (mail !== undefined) takeOut(mail, batch);
  batch.stored.push(call);
  return outcome;
}

function takeOut(mail: MailName, { there, queues }: Batch): void {
  const held = queues.get(keyOf(mail.queue));
  const found = there.get(nameKey(mail));
  if (held === undefined || found === undefined) return;
  held.used[found.class].count -= 1;
  held.used[found.class].bytes -= found.size;
  held.isChanged = true;
  there.delete(nameKey(mail));
}

function place(entries: readonly MailEntry[], { queues, ids, placed }: Batch): Outcome<AppendOutcome> {
  const own = new Set(entries.map(nameKey));
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

/** Of all calls that are stored. */
async function save(query: Query, { stored, placed, queues }: Batch): Promise<void> {
  if (stored.length === 0) return;
  const stamps = stored.flatMap(({ stamp }) => stamp ?? []);
  const mail = stored.flatMap(({ mail }) => mail ?? []);
  await Promise.all([
    ...(mail.length === 0 ? [] : [query(DELETE, namesOf(mail))]),
    ...(placed.length === 0 ? [] : [insert(query, placed)]),
    saveQueues(query, queues),
    ...(stamps.length === 0 ? [] : [spend(query, stamps)]),
  ]);
}

/** In the order of their names, so that nobody waits in a circle. */
async function spend(query: Query, stamps: readonly Stamp[]): Promise<void> {
  const sorted = stamps.toSorted((left, right) => (toHex(left.name) < toHex(right.name) ? -1 : 1));
  await query(SPEND, [
    sorted.map(({ name }) => name),
    sorted.map(({ use }) => use),
    sorted.map(({ until }) => until),
  ]);
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
