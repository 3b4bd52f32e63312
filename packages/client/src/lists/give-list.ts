import type { Bytes } from '@sotto/bytes';
import { encodeContent, MAX_LIST_PART_BYTES } from '@sotto/protocol';
import { LIST_GIVEN_EVERY } from '../constants.ts';
import { nextSentAt } from '../conversation/next-sent-at.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import { queueEntry } from '../outbox/queue-entry.ts';
import type { PassedList } from '../ports/list.ts';
import type { AccountState, Contact } from '../ports/store.ts';
import { isGiven, isOwed, noteGiven } from './given-list.ts';
import { ownList } from './list-to-tell.ts';

/**
 * Write down, behind something that goes to this contact anyway, the list of storage nodes that they are owed: so
 * nothing leaves at a time when nothing else did, and by no other road. At most once a day.
 * @param job as the caller leaves them: the account with the time of its last message, the highest order given out.
 * @returns the account as it is now; the caller writes it if it writes it once more
 */
export async function giveList(
  core: Core,
  work: Work,
  job: { readonly own: AccountState; readonly contact: Contact; readonly order: number },
): Promise<AccountState> {
  const { contact } = job;
  const to = contact.account;
  if (contact.state !== 'accepted' || !(await isOwed(core, to)) || (await isGiven(core, to))) return job.own;
  const list = await ownList(core);
  if (list === undefined) return job.own;
  noteGiven(work, to, core.clock.now() + LIST_GIVEN_EVERY);
  let { own, order } = job;
  const parts = cut(list.bytes());
  for (const [part, bytes] of parts.entries()) {
    const timestamp = await nextSentAt(core, own);
    own = { ...own, lastSentAt: timestamp };
    order++;
    const content = makePart(own, list, timestamp, { part, parts: parts.length, list: bytes });
    queueEntry(core, work, { kind: 'list', to, content, timestamp, urgent: false, order });
  }
  work.change({ kind: 'put-account', state: own });
  return own;
}

function cut(bytes: Bytes): readonly Bytes[] {
  const parts: Bytes[] = [];
  for (let from = 0; from < bytes.length; from += MAX_LIST_PART_BYTES) {
    parts.push(bytes.slice(from, from + MAX_LIST_PART_BYTES));
  }
  return parts;
}

function makePart(
  { registrationId: chain }: AccountState,
  { sequence, network }: PassedList,
  timestamp: number,
  part: { readonly part: number; readonly parts: number; readonly list: Bytes },
): Bytes {
  return encodeContent({
    dataMessage: { timestamp: BigInt(timestamp) },
    sotto: { chain, directory: { sequence: BigInt(sequence), network, ...part } },
  });
}
