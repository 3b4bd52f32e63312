import { type Bytes, toHex } from '@sotto/bytes';
import type { Query } from '@sotto/database';
import { classOf } from '../mail-class.ts';
import type { MailClass, MailName } from '../mailbox.ts';
import { keyOf } from '../queue-key.ts';
import { columnsOf, holdQueues, saveQueues } from './queue-rows.ts';

export const DELETE = `
  DELETE FROM mail WHERE (account, device, id) IN (SELECT * FROM unnest(?, ?, ?))
  RETURNING account, device, class, size`;
const FIND = `
  SELECT account, device, id, class, size FROM mail
  WHERE (account, device, id) IN (SELECT * FROM unnest(?, ?, ?))`;

/** What it takes of its queue. */
export interface FoundMail {
  readonly class: MailClass;
  readonly size: number;
}

/** Those of them that are there, by `nameKey`. */
export async function findMail(query: Query, names: readonly MailName[]): Promise<Map<string, FoundMail>> {
  const rows = names.length === 0 ? [] : await query(FIND, namesOf(names));
  return new Map(
    rows.map(({ account, device, id, class: number, size }) => [
      nameKey({ queue: { account: account as Bytes, device: Number(device) }, id: id as Bytes }),
      { class: classOf(number), size: Number(size) },
    ]),
  );
}

/** A mail as the key of a map. */
export function nameKey({ queue, id }: MailName): string {
  return `${keyOf(queue)}.${toHex(id)}`;
}

/** Their names as three columns. */
export function namesOf(names: readonly MailName[]): [accounts: Bytes[], devices: number[], ids: Bytes[]] {
  return [...columnsOf(names.map(({ queue }) => queue)), names.map(({ id }) => id)];
}

/** Remove those of them that are there; how many that was. */
export async function removeBatch(query: Query, names: readonly MailName[]): Promise<number> {
  if (names.length === 0) return 0;
  const queues = await holdQueues(
    query,
    names.map(({ queue }) => queue),
  );
  const removed = await query(DELETE, namesOf(names));
  for (const { account, device, class: number, size } of removed) {
    const held = queues.get(keyOf({ account: account as Bytes, device: Number(device) }));
    if (held === undefined) continue;
    const used = held.used[classOf(number)];
    used.count -= 1;
    used.bytes -= Number(size);
    held.isChanged = true;
  }
  await saveQueues(query, queues);
  return removed.length;
}
