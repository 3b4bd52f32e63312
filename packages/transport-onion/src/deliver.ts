import { type Bytes, observe } from '@sotto/bytes';
import type { DeliverOutcome, Delivery, SealedForDevice } from '@sotto/client';
import { MAX_MESSAGE_DATA_BYTES, NAMESPACE } from '@sotto/protocol';
import { isContactAddress } from './box.ts';
import { BUSY_PAUSE, LETTER_TTL } from './limits.ts';
import type { Members } from './members.ts';
import { type StoreOutcome, storeDurably } from './store-durably.ts';

export interface Deliver {
  readonly members: Members;
  /** Put work to a sealed message for the request mailbox of an account; `undefined` when the road closes. */
  readonly letter: (to: Bytes, sealed: Bytes) => Promise<Bytes | undefined>;
}

interface Parcel {
  readonly key: Bytes;
  readonly namespace: number;
  readonly data: Bytes;
}

/**
 * Stop 6 of a message's way: put sealed bytes into the mailbox that each device of a contact reads, or,
 * where none is known, into the account's request mailbox (design §1.6). Nothing says who sends.
 */
export async function deliver({ members, letter }: Deliver, delivery: Delivery): Promise<DeliverOutcome> {
  observe('carry', 'before');
  const outcomes = await Promise.all(
    delivery.messages.map(async (message): Promise<StoreOutcome> => {
      const parcel = await parcelFor(delivery, message, letter);
      if (!parcel) return { outcome: 'unanswered' };
      if (parcel.data.length > MAX_MESSAGE_DATA_BYTES) return { outcome: 'refused', status: 413 };
      return storeDurably(members, {
        ...parcel,
        purpose: 'ask',
        request: (now) => ({
          method: 'store',
          mailbox: parcel.key,
          namespace: parcel.namespace,
          data: parcel.data,
          timestamp: now,
          expiry: now + LETTER_TTL,
        }),
      });
    }),
  );
  observe('carry', 'after');
  return worstOf(outcomes);
}

async function parcelFor(
  { to, access }: Delivery,
  { device, registrationId, bytes }: SealedForDevice,
  letter: Deliver['letter'],
): Promise<Parcel | undefined> {
  const mailbox =
    access.kind === 'contact'
      ? access.mailboxes.find((each) => each.device === device && each.registrationId === registrationId)
      : undefined;
  if (mailbox && isContactAddress(mailbox.address)) {
    return { key: mailbox.address, namespace: NAMESPACE.contacts, data: bytes };
  }
  const data = await letter(to, bytes);
  return data && { key: to, namespace: NAMESPACE.requests, data };
}

/** A message is where it should be only when it is so for every device. */
function worstOf(outcomes: readonly StoreOutcome[]): DeliverOutcome {
  for (const outcome of outcomes) {
    if (outcome.outcome === 'refused') return { outcome: 'rejected', status: outcome.status };
  }
  if (outcomes.some(({ outcome }) => outcome === 'busy')) return { outcome: 'busy', retryAfter: BUSY_PAUSE };
  const held = outcomes.filter((outcome) => outcome.outcome === 'held');
  if (held.length < outcomes.length) return { outcome: 'unreachable' };
  const weakest = held.reduce<(typeof held)[number] | undefined>(
    (least, each) => (least === undefined || strengthOf(each) < strengthOf(least) ? each : least),
    undefined,
  );
  if (!weakest) return { outcome: 'stored' };
  return weakest.durable
    ? { outcome: 'stored', storedOn: weakest.by }
    : { outcome: 'partly-stored', storedOn: weakest.by, of: weakest.of };
}

function strengthOf({ by, of, durable }: Extract<StoreOutcome, { outcome: 'held' }>): number {
  return (durable ? 1_000 : 0) + by / of;
}
