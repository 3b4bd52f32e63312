import { type Bytes, observe } from '@sotto/bytes';
import type { MailClass, MailEntry, Premise, Stamp } from '@sotto/mailbox';
import { type EnvelopeType, encodeEnvelope } from '@sotto/protocol';
import { ONLINE_LIFETIME, RETRY_WHEN_FULL_SECONDS } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { type Caller, type Reply, retryReply } from '../../http/call.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import type { KeyIdentity } from '../../store/pre-keys.ts';
import { addressOf } from '../find-target.ts';
import { newGuid } from './new-guid.ts';
import { rosterOf } from './roster.ts';

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
  /** What pays for a place among the requests: spent where the copies are kept, and otherwise not. */
  readonly stamp?: Stamp;
}

export type DeliverOutcome =
  /** On disk, or given out as mail for now. */
  | { readonly outcome: 'delivered' }
  /** A queue has no room for its copy. */
  | { readonly outcome: 'full'; readonly reply: Reply }
  /** The devices are not those any more that copies are for. */
  | { readonly outcome: 'outdated' }
  /** This very send was delivered before. */
  | { readonly outcome: 'repeated' }
  /** Its stamp has paid for another send. */
  | { readonly outcome: 'spent' };

/** Keep all copies, or none of them, and tell the devices that are connected. */
export async function deliver(
  context: RelayContext,
  addressed: readonly Addressed[],
  terms: SendTerms,
): Promise<DeliverOutcome> {
  const now = context.now();
  const entries = addressed.flatMap(({ account, kind, copies }) =>
    copies.map((copy) => toEntry({ account, kind }, copy, terms, now)),
  );
  // What is put there drives out what lies there longest, and a story is anybody's.
  const isOnline = terms.online && terms.mailClass !== 'story';
  const kept = isOnline ? [] : entries;
  if (kept.length > 0 || terms.stamp !== undefined) {
    const premises = isOnline ? [] : addressed.map(({ account, kind }) => rosterOf(account, kind));
    const outcome = await keep(context, kept, premises, terms.stamp);
    if (outcome.outcome !== 'delivered') return outcome;
  }
  if (isOnline) await putOnline(context, entries, terms, now);
  for (const { queue } of entries) context.connections.wake(queue);
  return { outcome: 'delivered' };
}

async function keep(
  { mailbox, events }: RelayContext,
  entries: readonly MailEntry[],
  premises: readonly Premise[],
  stamp: Stamp | undefined,
): Promise<DeliverOutcome> {
  observe('keep', 'before');
  const { outcome } =
    stamp === undefined
      ? await mailbox.append(entries, premises)
      : await mailbox.appendPaid(entries, premises, stamp);
  observe('keep', 'after');
  if (outcome === 'full') {
    events.count('queue-full');
    return { outcome, reply: retryReply(RETRY_WHEN_FULL_SECONDS * 1000) };
  }
  if (outcome !== 'stored') return { outcome };
  const isRequest = entries[0]?.class === 'request';
  events.count(isRequest ? 'request-stored' : 'message-stored', entries.length);
  return { outcome: 'delivered' };
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
