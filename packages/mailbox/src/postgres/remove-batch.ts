import type { Bytes } from '@sotto/bytes';
import type { Query } from '@sotto/database';
import { classOf } from '../mail-class.ts';
import type { QueueName } from '../mailbox.ts';
import { keyOf } from '../queue-key.ts';
import { columnsOf, holdQueues, saveQueues } from './queue-rows.ts';

const DELETE = `
  DELETE FROM mail WHERE (account, device, id) IN (SELECT * FROM unnest(?, ?, ?))
  RETURNING account, device, class, size`;

/** One mail, wherever it lies. */
export interface MailName {
  readonly queue: QueueName;
  readonly id: Bytes;
}

/** Remove those of them that are there; how many that was. */
export async function removeBatch(query: Query, names: readonly MailName[]): Promise<number> {
  if (names.length === 0) return 0;
  const wanted = names.map(({ queue }) => queue);
  const queues = await holdQueues(query, wanted);
  const removed = await query(DELETE, [...columnsOf(wanted), names.map(({ id }) => id)]);
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
