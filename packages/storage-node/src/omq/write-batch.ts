import { type Bytes, concatBytes, encodeBencoded } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import { NEWCOMER } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { BATCH_VERSION, type PushedMessage } from './take-batch.ts';

/** A body of `sn.data` (session-protocol §4.3). */
export function writeBatch(messages: readonly PushedMessage[]): Bytes {
  const list = messages.map(({ mailbox, hash, timestamp, expiry, data }) => [
    mailbox,
    hash,
    timestamp,
    expiry,
    data,
  ]);
  return concatBytes(Uint8Array.of(BATCH_VERSION), encodeBencoded(list));
}

/**
 * What is here in the default namespace of mailboxes that a node keeps, in parts of some megabytes. A batch names no
 * namespace, and whoever reads it takes all of it for that one, so that nothing else can be told this way.
 */
export function* messagesToPush(
  { store, directory, now }: Pick<NodeContext, 'store' | 'directory' | 'now'>,
  { swarm }: Pick<DirectoryNode, 'swarm'>,
): Generator<readonly PushedMessage[]> {
  let after: Bytes | undefined;
  let [batch, size]: [PushedMessage[], number] = [[], 0];
  for (;;) {
    const page = store.holdings.mailboxes(after, NEWCOMER.mailboxesAtOnce);
    for (const mailbox of page) {
      if (directory.swarmOf(mailbox).id !== swarm) continue;
      for (let lastHash: string | undefined, more = true; more; ) {
        const from = lastHash === undefined ? {} : { lastHash };
        const read = store.messages.read({ mailbox, namespace: 0, maxSize: NEWCOMER.batch, ...from }, now());
        batch.push(...read.messages.map((message) => ({ mailbox, ...message })));
        size += read.size;
        lastHash = read.messages.at(-1)?.hash;
        more = read.more;
        if (size < NEWCOMER.batch) continue;
        yield batch;
        [batch, size] = [[], 0];
      }
    }
    after = page.at(-1);
    if (after === undefined) break;
    // Also when there is nothing of it to tell: others have their turn.
    yield [];
  }
  if (batch.length > 0) yield batch;
}
