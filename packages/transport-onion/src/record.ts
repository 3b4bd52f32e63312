import type { Bytes } from '@sotto/bytes';
import type { FetchRecordOutcome, PublishOutcome } from '@sotto/client';
import { type AccountId, type AccountRecord, readRecord } from '@sotto/identity';
import {
  type ClientRequest,
  type DeleteRequest,
  deleteText,
  MAX_RECORD_BYTES,
  NAMESPACE,
  parseBatchReply,
  parseRetrieveReply,
  type RetrieveReply,
  STORAGE_STATUS,
  type StoreRequest,
  storeText,
} from '@sotto/protocol';
import { type Box, signAt } from './box.ts';
import { BUSY_PAUSE, RECORD_TTL } from './limits.ts';
import { type Members, readQuorum } from './members.ts';
import { parseBody } from './parse-body.ts';
import { askQuorum } from './read-quorum.ts';
import { hashOf, type StoreOutcome, storeDurably } from './store-durably.ts';

const PURPOSE = 'ask';

/** What a member showed of an account's outbox: its record, if it has one that the account signed. */
interface Shown {
  readonly hashes: readonly string[];
  readonly best: { readonly record: AccountRecord; readonly bytes: Bytes } | undefined;
}

/**
 * The account's record as its swarm has it (design §1.5): the highest revision that the account has
 * signed, among as many members as make an old one improbable. Whether to believe it is the caller's.
 *
 * An owner who has put there what is no record has none. If that counted as silence, mail in the name of
 * such an account would have to be kept and looked up for ever.
 */
export async function fetchRecord(members: Members, account: AccountId): Promise<FetchRecordOutcome> {
  let [signed, without] = [0, 0];
  const asked = await askOutbox(members, account, (shown) => {
    if (shown?.best) signed++;
    else without++;
  });
  if (asked.outcome === 'busy') return { outcome: 'busy', retryAfter: BUSY_PAUSE };
  if (asked.outcome === 'too-few') {
    const isNone = signed === 0 && without > 0 && without >= readQuorum(members.count(account));
    return { outcome: isNone ? 'unknown-account' : 'unreachable' };
  }
  let best: Shown['best'];
  for (const shown of asked.answers) best = newer(best, shown.best);
  return best ? { outcome: 'found', record: best.bytes } : { outcome: 'unknown-account' };
}

/** Put one's own record where everybody can fetch it; enough members must have signed that they hold it. */
export async function publishRecord(members: Members, outbox: Box, record: Bytes): Promise<PublishOutcome> {
  const store = { purpose: PURPOSE, key: outbox.key, namespace: outbox.namespace, data: record };
  // Later than the one before, also within the same step of time: else it would not replace it.
  const { time } = members.asker.traveller;
  const request = () => storeOf(outbox, record, time.laterStamp());
  const stored = await storeDurably(members, { ...store, request });
  if (stored.outcome !== 'held' && stored.outcome !== 'unanswered') return publishOutcomeOf(stored);
  if (stored.outcome === 'held' && stored.durable) return { outcome: 'published' };

  // Original nodes fail to replace the only message of an account; deleted before, it makes room (§3.10).
  const hashes = (await hashesIn(members, outbox)) ?? [];
  const old = hashes.filter((hash) => hash !== hashOf(outbox.key, outbox.namespace, record));
  if (old.length === 0) return publishOutcomeOf(stored);
  const replace = (): ClientRequest => ({
    method: 'sequence',
    requests: [deleteOf(outbox, old), request()],
  });
  const read = (body: unknown) => lastBodyOf(body, 2);
  return publishOutcomeOf(await storeDurably(members, { ...store, request: replace, read }));
}

/** Hashes of what lies in the account's outbox; `undefined` when too few members say. */
export async function hashesIn(members: Members, outbox: Box): Promise<readonly string[] | undefined> {
  const asked = await askOutbox(members, outbox.key as AccountId);
  if (asked.outcome !== 'answered') return undefined;
  return [...new Set(asked.answers.flatMap(({ hashes }) => hashes))];
}

export function deleteOf(box: Box, hashes: readonly string[]): DeleteRequest {
  return {
    method: 'delete',
    mailbox: box.key,
    hashes,
    required: false,
    auth: box.sign(deleteText(hashes)),
  };
}

/** `look`: at whatever a member shows, `undefined` when it is nothing that the account has signed. */
function askOutbox(
  members: Members,
  account: AccountId,
  look: (shown: Shown | undefined) => void = () => undefined,
) {
  return askQuorum<Shown>(members, {
    purpose: PURPOSE,
    key: account,
    clock: members.asker.traveller.clock,
    request: () => ({ method: 'retrieve', mailbox: account, namespace: NAMESPACE.record }),
    read: (body) => {
      const reply = parseBody(body, parseRetrieveReply);
      if (!reply) return undefined;
      const shown = readOutbox(reply, account);
      look(shown);
      return shown;
    },
  });
}

function storeOf(outbox: Box, data: Bytes, now: number): StoreRequest {
  return {
    method: 'store',
    mailbox: outbox.key,
    namespace: outbox.namespace,
    data,
    timestamp: now,
    expiry: now + RECORD_TTL,
    auth: signAt(outbox, now, storeText),
  };
}

/** A member that shows something which the account did not sign has not answered at all. */
function readOutbox(reply: RetrieveReply, account: AccountId): Shown | undefined {
  let best: Shown['best'];
  for (const message of reply.messages) best = newer(best, recordIn(message, account));
  if (reply.messages.length > 0 && !best) return undefined;
  return { hashes: reply.messages.map(({ hash }) => hash), best };
}

function recordIn({ data }: RetrieveReply['messages'][number], account: AccountId): Shown['best'] {
  if (data.length === 0 || data.length > MAX_RECORD_BYTES) return undefined;
  const read = readRecord(data, account);
  return read.outcome === 'read' ? { record: read.record, bytes: data } : undefined;
}

/** The higher revision; of two pages in one place the later one. */
function newer(left: Shown['best'], right: Shown['best']): Shown['best'] {
  if (!left || !right) return left ?? right;
  const ahead = right.record.revision - left.record.revision || right.record.issuedAt - left.record.issuedAt;
  return ahead > 0 ? right : left;
}

function publishOutcomeOf(stored: StoreOutcome): PublishOutcome {
  switch (stored.outcome) {
    case 'held':
      return { outcome: stored.durable ? 'published' : 'unreachable' };
    case 'refused':
      return { outcome: 'rejected', status: stored.status };
    case 'busy':
      return { outcome: 'busy', retryAfter: BUSY_PAUSE };
    case 'unanswered':
      return { outcome: 'unreachable' };
  }
}

/** The answer to the last of a sequence's requests, when it was carried out to the end. */
function lastBodyOf(body: unknown, requests: number): unknown {
  const reply = parseBody(body, parseBatchReply);
  const last = reply?.results.length === requests ? reply.results[requests - 1] : undefined;
  return last?.code === STORAGE_STATUS.ok ? last.body : undefined;
}
