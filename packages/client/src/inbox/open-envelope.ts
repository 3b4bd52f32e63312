import { type Bytes, observe } from '@sotto/bytes';
import { formatAccountId } from '@sotto/identity';
import type { DecryptOutcome, Unsealed } from '@sotto/ratchet';
import { FLEETING_SEEN_LIFETIME, SEEN_LIFETIME } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Work } from '../core/work.ts';
import type { IncomingEnvelope, RoadName } from '../ports/road.ts';
import type { AccountKey, AccountState } from '../ports/store.ts';
import { handleContent } from './handle-content.ts';
import { offerSession } from './offer-session.ts';
import { fetchSender, pinnedSender, type SenderRecord } from './sender-record.ts';

/** The sender cannot be looked up now; the road hands the envelope over again later. */
export class NotYet extends Error {
  override readonly name = 'NotYet';
}

/** Take the seal off. Undefined when there is nothing inside for us, which is counted. */
export async function unsealEnvelope(core: Core, envelope: IncomingEnvelope): Promise<Unsealed | undefined> {
  const own = await core.store.account();
  if (own === undefined) throw new NotYet('there is no account to open it for');
  const opened = await core.ratchetOf(own).unseal(envelope.sealed);
  if (opened.outcome === 'unsealed') {
    return formatAccountId(opened.unsealed.from.account) === own.account ? undefined : opened.unsealed;
  }
  core.tally.refuse(`seal-${opened.reason}`);
  return undefined;
}

/** Whoever keeps the order among envelopes of one sender. */
export interface Turn {
  /** Throws when it may not be opened now after all. */
  check(): void;
  /** It waits for its unit of work, or for something that may take long. */
  waits(): void;
  /** All is decided but for the disk: the next of this sender may begin, and is lost if this is. */
  decided(): void;
  /** The disk has failed. */
  lost(): void;
}

/**
 * Stop 9, open: seen before? look up the sender, decrypt, decode, handle. One commit holds the ratchet,
 * the message and the seen-mark; the road acknowledges when this resolves. What can never be opened
 * resolves too, and is counted.
 */
export async function openEnvelope(
  core: Core,
  road: RoadName,
  envelope: IncomingEnvelope,
  unsealed: Unsealed,
  turn: Turn,
): Promise<void> {
  const mark = `${road}:${envelope.id}`;
  if (await core.store.hasSeen(mark)) return;
  const from = formatAccountId(unsealed.from.account);
  if (core.failures.isSpent(from)) return core.tally.refuse('too-many-failures');
  const contact = await core.store.contact(from);
  const pinned = pinnedSender(core, contact);
  if (pinned !== undefined) {
    const tried = await decryptAndCommit(core, {
      road,
      envelope,
      mark,
      unsealed,
      sender: pinned,
      isKnown: true,
      turn,
    });
    if (tried !== 'unknown-device') return settle(core, tried, { from, mark });
  }
  // Nothing is asked for on behalf of somebody who is blocked.
  if (contact?.state === 'blocked') return core.tally.refuse('blocked');
  turn.waits();
  const fetched = await fetchSender(core, road, unsealed.from, contact);
  if (fetched.outcome === 'unreachable') throw new NotYet('the record of the sender is out of reach');
  if (fetched.outcome === 'unknown') return core.tally.refuse('unknown-sender');
  if (fetched.outcome === 'unproven') return core.tally.refuse('unproven-sender');
  const { sender } = fetched;
  const tried = await decryptAndCommit(core, {
    road,
    envelope,
    mark,
    unsealed,
    sender,
    isKnown: false,
    turn,
  });
  await settle(core, tried, { from, mark });
}

interface Opening {
  readonly road: RoadName;
  readonly envelope: IncomingEnvelope;
  readonly mark: string;
  readonly unsealed: Unsealed;
  readonly sender: SenderRecord;
  /** The sender's record was pinned before. */
  readonly isKnown: boolean;
  readonly turn: Turn;
}

type Tried = DecryptOutcome['outcome'] | 'seen';

/** Nothing more can be done with it; say why it was not shown. */
async function settle(
  core: Core,
  tried: Tried,
  { from, mark }: { readonly from: AccountKey; readonly mark: string },
): Promise<void> {
  if (tried === 'decrypted' || tried === 'seen') return;
  // What an honest program may send by mistake is cheap to refuse, and costs its sender nothing.
  if (tried === 'invalid' || tried === 'identity-mismatch' || tried === 'unknown-device') {
    core.failures.count(from);
  }
  if (tried === 'unknown-device') return core.tally.refuse('unproven-sender');
  core.tally.refuse(tried === 'duplicate' ? 'replayed' : 'undecryptable');
  if (tried === 'no-session' || tried === 'no-pre-key') await offerSession(core, from, mark);
}

async function decryptAndCommit(core: Core, opening: Opening): Promise<Tried> {
  const { mark, unsealed, sender, isKnown, turn } = opening;
  observe('open', 'before');
  const opened = core.shared<Tried>(async (work, core) => {
    turn.check();
    const own = await core.store.account();
    if (own === undefined) throw new NotYet('there is no account to open it for');
    if (await core.store.hasSeen(mark)) return 'seen';
    const knownDevices = sender.record.devices;
    const result = await core.ratchetOf(own).decrypt({ unsealed, knownDevices });
    if (result.outcome !== 'decrypted') return result.outcome;
    const handled = await handle(core, work, own, opening, result.plaintext);
    const lifetime = handled === 'fleeting' ? FLEETING_SEEN_LIFETIME : SEEN_LIFETIME;
    work.change({ kind: 'put-seen', mark, forgetAfter: core.clock.now() + lifetime });
    // Strangers whom we do not take in leave no session; what they send later still opens.
    if (handled !== 'unknown') work.ratchet(result.changes);
    work.lost(turn.lost);
    // A stranger is known to the next only once this is on disk.
    if (isKnown) turn.decided();
    return 'decrypted';
  });
  turn.waits();
  const tried = await opened;
  observe('open', 'after');
  return tried;
}

function handle(
  core: Core,
  work: Work,
  own: AccountState,
  opening: Opening,
  plaintext: Bytes,
): ReturnType<typeof handleContent> {
  const { road, envelope, unsealed, sender } = opening;
  return handleContent(core, work, {
    own,
    from: formatAccountId(unsealed.from.account),
    device: unsealed.from.device,
    // It decrypted, so the record lists the device.
    registrationId: sender.record.devices.find(({ id }) => id === unsealed.from.device)?.registrationId ?? 0,
    record: sender.bytes,
    road,
    serverTime: envelope.serverTime,
    plaintext,
  });
}
