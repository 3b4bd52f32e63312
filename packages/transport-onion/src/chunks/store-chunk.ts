import type { ChunkToStore, StoreChunkOutcome } from '@sotto/client';
import { storeText } from '@sotto/protocol';
import { signAt } from '../box.ts';
import { BUSY_PAUSE } from '../limits.ts';
import type { Members } from '../members.ts';
import { storeDurably } from '../store-durably.ts';
import { chunkBox, purposeOf } from './chunk-box.ts';

/** Put a chunk where it belongs, and count who has signed for it. */
export async function storeChunk(members: Members, chunk: ChunkToStore): Promise<StoreChunkOutcome> {
  const { mailbox, namespace, secret, data, lifetime, lane } = chunk;
  const box = chunkBox(mailbox, namespace, secret);
  const stored = await storeDurably(members, {
    purpose: purposeOf(lane),
    key: mailbox,
    namespace,
    data,
    request: (now) => ({
      method: 'store',
      mailbox,
      namespace,
      data,
      timestamp: now,
      expiry: now + lifetime,
      auth: signAt(box, now, storeText),
    }),
  });
  switch (stored.outcome) {
    case 'held':
      return stored.durable
        ? { outcome: 'stored' }
        : { outcome: 'partly-stored', storedOn: stored.by, of: stored.of };
    case 'refused':
      return { outcome: 'rejected', status: stored.status };
    case 'busy':
      return { outcome: 'busy', retryAfter: BUSY_PAUSE };
    case 'unanswered':
      return { outcome: 'unreachable' };
  }
}
