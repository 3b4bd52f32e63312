import { toHex } from '@sotto/bytes';
import type { QueueName } from '@sotto/mailbox';
import { HOUSEKEEPING_BATCH } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { readLogins } from '../store/accounts.ts';

/**
 * Empty the queues of devices that are not there: a process that ends between removing one and emptying its queue leaves such,
 * and so does a backup of accounts that is older than that of the mail beside it.
 *
 * What lay there before it was asked for the device, and no more: it may be linked in the next moment, and get mail.
 */
export async function clearOrphans({
  store,
  mailbox,
}: Pick<RelayContext, 'store' | 'mailbox'>): Promise<void> {
  for (let after: QueueName | undefined; ; ) {
    const found = await mailbox.queues(after, HOUSEKEEPING_BATCH);
    const logins = await store.read(() => readLogins(found.map(({ queue }) => queue.account)));
    for (const { queue, end } of found) {
      const { account, device } = queue;
      if (!logins.has(`${toHex(account)}.${device}`)) await mailbox.clear(account, device, end);
    }
    if (found.length < HOUSEKEEPING_BATCH) return;
    after = found.at(-1)?.queue;
  }
}
