import { type AccountRecord, deriveAccessKey } from '@sotto/identity';
import { isReplaced, REPLACED_PROBLEM } from '../account/standing.ts';
import { MAX_DEVICE_ROUNDS, RATCHET_MESSAGE_LIFETIME, STRANGER_AGAIN } from '../constants.ts';
import type { Core } from '../core/core.ts';
import type { Access, DeliverOutcome, Road, RoadName, SealedForDevice } from '../ports/road.ts';
import type { AccountKey, Contact, OutboxEntry } from '../ports/store.ts';
import { chooseRoad } from './choose-road.ts';
import { encryptEntry } from './encrypt-entry.ts';
import { ensureRecord, HELD_PROBLEM } from './ensure-record.ts';

/** How one attempt to carry an entry ended. */
export type Carried =
  | { readonly outcome: 'stored'; readonly road: RoadName; readonly storedOn?: number }
  /** Try again, not before `retryAfter` milliseconds have passed. */
  | { readonly outcome: 'later'; readonly retryAfter: number; readonly problem?: string }
  /** The road does not take this device in at present; it tells when it does. */
  | { readonly outcome: 'waiting' }
  /** Nothing to do until the user has done something. */
  | { readonly outcome: 'held'; readonly problem: string }
  /** `nobody`: the road knows no account with this ID, and we never had its record. */
  | { readonly outcome: 'failed'; readonly problem: string; readonly nobody?: true }
  /** It was taken back meanwhile. */
  | { readonly outcome: 'gone' };

/** What is remembered of earlier attempts while the program runs; all of it can be forgotten. */
export interface CarryMemory {
  /** When an entry's ratchet messages were made. */
  readonly encryptedAt: Map<string, number>;
  /** Until when an account is written to as a stranger, because it refused our access key. */
  readonly strangerUntil: Map<AccountKey, number>;
}

const STOPPED = 'Another program uses this very profile, so that nothing can be sent from this copy.';
const BAD_KEYS = 'The keys that their device offers do not hold, so nothing can be encrypted for it.';
const REJECTED = 'The road refused this message for good.';
const TOO_LARGE = 'This message is too large for the road.';
const GONE = 'There is no account with this ID on this road any more.';

/** Stops 5 and 6: encrypt where needed, seal afresh, hand to the road. Holds no lock while it waits. */
export async function carryEntry(core: Core, memory: CarryMemory, entry: OutboxEntry): Promise<Carried> {
  const contact = await core.store.contact(entry.to);
  if (contact === undefined || contact.state === 'blocked') return { outcome: 'gone' };
  const own = await core.store.account();
  if (own === undefined) return { outcome: 'gone' };
  if (isReplaced(core, own)) return { outcome: 'held', problem: REPLACED_PROBLEM };
  const road = chooseRoad(core.roads, contact.road);
  const status = core.roads.status().find((each) => each.road === road?.name);
  if (road === undefined || status === undefined || status.state === 'not-started') {
    return { outcome: 'later', retryAfter: 0, problem: 'This account has no such road.' };
  }
  if (status.state === 'stopped') return { outcome: 'held', problem: STOPPED };
  // Only the connection that mail comes in on can say that this device was replaced meanwhile.
  if (status.state !== 'up') return { outcome: 'waiting' };
  let access = accessTo(core, memory, contact);
  let doubt = false;
  for (let round = 0; round < MAX_DEVICE_ROUNDS; round++) {
    const ensured = await ensureRecord(core, road, entry.to, doubt);
    if (ensured.outcome === 'held') return { outcome: 'held', problem: HELD_PROBLEM };
    if (ensured.outcome !== 'ready') return ensured;
    const delivered = await deliverOnce(core, memory, { road, entry, record: ensured.record, access });
    switch (delivered.outcome) {
      case 'stored':
        return { ...delivered, road: road.name };
      case 'devices-changed':
        doubt = true;
        break;
      case 'not-authorized':
        if (access.kind === 'stranger') return { outcome: 'failed', problem: REJECTED };
        memory.strangerUntil.set(entry.to, core.clock.now() + STRANGER_AGAIN);
        access = { kind: 'stranger' };
        break;
      case 'partly-stored':
        return { outcome: 'later', retryAfter: 0 };
      case 'busy':
        return { outcome: 'later', retryAfter: delivered.retryAfter };
      case 'unreachable':
        return { outcome: 'later', retryAfter: 0 };
      case 'unknown-account':
        return { outcome: 'failed', problem: GONE };
      case 'rejected':
        core.log('rejected', { status: delivered.status });
        return { outcome: 'failed', problem: delivered.status === 413 ? TOO_LARGE : REJECTED };
      default:
        return delivered;
    }
  }
  // The road and the record do not agree about the devices; one of them will catch up.
  return { outcome: 'later', retryAfter: 0 };
}

function accessTo(core: Core, memory: CarryMemory, contact: Contact): Access {
  const stranger = (memory.strangerUntil.get(contact.account) ?? 0) > core.clock.now();
  if (contact.profileKey === undefined || stranger) return { kind: 'stranger' };
  return { kind: 'contact', accessKey: deriveAccessKey(contact.profileKey), mailboxes: contact.mailboxes };
}

async function deliverOnce(
  core: Core,
  memory: CarryMemory,
  job: {
    readonly road: Road;
    readonly entry: OutboxEntry;
    readonly record: AccountRecord;
    readonly access: Access;
  },
): Promise<
  DeliverOutcome | { readonly outcome: 'failed'; readonly problem: string } | { readonly outcome: 'gone' }
> {
  const { road, record, access } = job;
  const now = core.clock.now();
  const made = memory.encryptedAt.get(job.entry.id) ?? job.entry.timestamp;
  const anew = now - made > RATCHET_MESSAGE_LIFETIME;
  const encrypted = await encryptEntry(core, road, job.entry.id, { record, access, anew });
  if (encrypted.outcome === 'later') return { outcome: 'unreachable' };
  if (encrypted.outcome === 'failed') return { outcome: 'failed', problem: BAD_KEYS };
  if (encrypted.outcome === 'gone') return encrypted;
  const { entry } = encrypted;
  if (anew || !memory.encryptedAt.has(entry.id)) memory.encryptedAt.set(entry.id, anew ? now : made);
  const own = await core.store.account();
  if (own === undefined) return { outcome: 'gone' };
  const messages: SealedForDevice[] = [];
  for (const { device, registrationId, ...message } of entry.encrypted) {
    const sealed = await core.ratchetOf(own).seal({ account: record.account, device }, message);
    if (sealed.outcome === 'too-large') return { outcome: 'failed', problem: TOO_LARGE };
    messages.push({ device, registrationId, bytes: sealed.bytes });
  }
  return road.deliver({
    to: record.account,
    access,
    relays: record.relays,
    messages,
    timestamp: entry.timestamp,
    urgent: entry.urgent,
  });
}
