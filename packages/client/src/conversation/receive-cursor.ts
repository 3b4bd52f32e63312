import type { ReceivedMessage } from '../client-types.ts';
import { MAX_PAGE } from '../constants.ts';
import type { Core } from '../core/core.ts';

/** Incoming rows after a sequence, oldest first; by default after the last one that was marked. */
export async function takeReceived(
  core: Core,
  after: number | undefined,
  limit: number,
): Promise<readonly ReceivedMessage[]> {
  const from = after ?? (await core.store.account())?.receivedThrough ?? 0;
  const rows = await core.store.incomingAfter(from, Math.max(0, Math.min(limit, MAX_PAGE)));
  return Promise.all(
    rows.map(async (message): Promise<ReceivedMessage> => {
      const contact = await core.store.contact(message.chat);
      const fromName = contact?.nickname ?? contact?.name;
      return fromName === undefined ? { message } : { message, fromName };
    }),
  );
}

/** Everything up to this sequence has been handed to the user. Never goes back. */
export function markReceived(core: Core, sequence: number): Promise<void> {
  return core.unit(async (work) => {
    const own = await core.store.account();
    if (own === undefined || !Number.isSafeInteger(sequence) || sequence <= own.receivedThrough) return;
    work.change({ kind: 'put-account', state: { ...own, receivedThrough: sequence } });
  });
}
