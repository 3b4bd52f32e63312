import { type Bytes, observe } from '@sotto/bytes';
import type { MailClass, MailEntry } from '@sotto/mailbox';
import { type EnvelopeType, encodeEnvelope } from '@sotto/protocol';
import { ONLINE_LIFETIME, RETRY_WHEN_FULL_SECONDS } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { type Caller, type Reply, retryReply } from '../../http/call.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import type { KeyIdentity } from '../../store/pre-keys.ts';
import { addressOf } from '../find-target.ts';
import { newGuid } from './new-guid.ts';

/** What one device gets. */
export interface Copy {
  readonly type: EnvelopeType;
  readonly device: number;
  readonly content: Bytes;
}

/** What the devices of one account get. */
export interface Addressed {
  readonly account: StoredAccount;
  /** By which of its names. */
  readonly kind: KeyIdentity;
  readonly copies: readonly Copy[];
}

/** What all copies have in common. */
export interface SendTerms {
  readonly mailClass: MailClass;
  /** Who is named as the sender; absent when it is sealed. */
  readonly sender?: Caller;
  /** By the sender's clock; 0 stands for ours. */
  readonly timestamp: number;
  /** Only for who is connected now or in a moment; stories are kept all the same. */
  readonly online: boolean;
  readonly urgent: boolean;
}

/**
 * Keep all copies, or none of them, and tell the devices that are connected. Undefined when they are on disk, or given out
 * as mail for now; 429 when a queue has no room for its copy.
 */
export async function deliver(
  context: RelayContext,
  addressed: readonly Addressed[],
  terms: SendTerms,
): Promise<Reply | undefined> {
  const now = context.now();
  const entries = addressed.flatMap(({ account, kind, copies }) =>
    copies.map((copy) => toEntry({ account, kind }, copy, terms, now)),
  );
  // What is put there drives out what lies there longest, and a story is anybody's.
  if (terms.online && terms.mailClass !== 'story') await putOnline(context, entries, terms, now);
  else if (entries.length > 0 && !(await keep(context, entries))) {
    context.events.count('queue-full');
    return retryReply(RETRY_WHEN_FULL_SECONDS * 1000);
  }
  for (const { queue } of entries) context.connections.wake(queue);
  return undefined;
}

async function keep(context: RelayContext, entries: readonly MailEntry[]): Promise<boolean> {
  const { mailbox, events } = context;
  observe('keep', 'before');
  const appended = await mailbox.append(entries);
  observe('keep', 'after');
  if (appended.outcome === 'full') return false;
  await clearForGone(context, entries);
  const isRequest = entries[0]?.class === 'request';
  events.count(isRequest ? 'request-stored' : 'message-stored', entries.length);
  return true;
}

/** Counted by the sender's clock, but one that is ahead gains nothing, and one that is behind still reaches who is here. */
function putOnline(
  { onlineMail }: RelayContext,
  entries: readonly MailEntry[],
  { timestamp }: SendTerms,
  now: number,
): Promise<void> {
  const sentAt = timestamp === 0 ? now : Math.min(timestamp, now);
  const until = Math.max(sentAt + ONLINE_LIFETIME.most, now + ONLINE_LIFETIME.least);
  return onlineMail.put(entries.map(({ queue, id, envelope }) => ({ queue, id, until, envelope })));
}

function toEntry(
  { account, kind }: Pick<Addressed, 'account' | 'kind'>,
  { type, device, content }: Copy,
  { mailClass, sender, timestamp, urgent }: SendTerms,
  now: number,
): MailEntry {
  const id = newGuid();
  const envelope = encodeEnvelope({
    type,
    clientTimestamp: timestamp === 0 ? now : timestamp,
    serverTimestamp: now,
    guid: id,
    destination: addressOf(account, kind),
    ...(sender && { source: sender }),
    urgent,
    ...(mailClass === 'story' && { story: true as const }),
    content,
  });
  return { queue: { account: account.aci, device }, class: mailClass, id, receivedAt: now, envelope };
}

/** A deletion, or an unlinking, that overtook this send has already emptied the queues. */
async function clearForGone({ store, mailbox }: RelayContext, entries: readonly MailEntry[]): Promise<void> {
  for (const { queue } of entries) {
    const devices = (await store.findAccount(queue.account))?.devices;
    if (devices === undefined) await mailbox.clear(queue.account);
    else if (devices.every(({ id }) => id !== queue.device)) await mailbox.clear(queue.account, queue.device);
  }
}
