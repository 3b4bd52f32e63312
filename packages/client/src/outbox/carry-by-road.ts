import { type AccountRecord, deriveAccessKey } from '@sotto/identity';
import { MAX_DEVICE_ROUNDS, RATCHET_MESSAGE_LIFETIME } from '../constants.ts';
import { effectiveRoad } from '../contacts/effective-road.ts';
import { listsDevice } from '../contacts/learn-record.ts';
import type { Core } from '../core/core.ts';
import type { Access, DeliverOutcome, Road, SealedForDevice } from '../ports/road.ts';
import type { Contact, OutboxEntry } from '../ports/store.ts';
import type { Problem } from '../problems/problem.ts';
import { askRoad, type HowToAsk } from './ask-road.ts';
import type { CarriedByRoad } from './carried.ts';
import type { CarryMemory } from './carry-memory.ts';
import { encryptEntry } from './encrypt-entry.ts';
import { ensureRecord } from './ensure-record.ts';

/** What a road says of a message that is too large for it. */
const TOO_LARGE_STATUS = 413;

export interface Attempt {
  readonly road: Road;
  readonly entry: OutboxEntry;
  /** Entries of the same chat that wait behind it, in order. */
  readonly behind: readonly string[];
  readonly contact: Contact;
  /** There is another road to go on by, so that a silent relay is not waited for. */
  readonly impatient: boolean;
}

/** Stops 5 and 6 by one road: look up, encrypt where needed, seal, hand over. Holds no lock while it waits. */
export async function carryByRoad(core: Core, memory: CarryMemory, attempt: Attempt): Promise<CarriedByRoad> {
  const { road, entry, impatient } = attempt;
  const mayLeave = () => isStillTaken(core, attempt);
  // A mailbox that they told is on the onion road; anybody else may collect at a relay only.
  let doubt = road.name === 'onion' && attempt.contact.mailboxes.length === 0 && !memory.isOnOnion(entry.to);
  for (let round = 0; round < MAX_DEVICE_ROUNDS; round++) {
    const ensured = await ensureRecord(core, road, entry.to, { doubt, impatient, mayLeave });
    if (ensured.outcome === 'unanswered' && road.name === 'relay' && core.roads.access === 'onion') {
      memory.foundSilent(entry.to);
    }
    if (ensured.outcome !== 'ready') return ensured;
    if (ensured.by === 'onion') memory.sawOnOnion(entry.to);
    const { record } = ensured;
    const access = accessTo(memory, attempt, record);
    const foreign = road.name === 'relay' && core.roads.isAskedAfar(record.relays);
    const how = { impatient, foreign, mayLeave };
    const delivered = await deliverOnce(core, memory, attempt, { record, access, how });
    switch (delivered.outcome) {
      case 'stored':
        return { ...delivered, road: road.name };
      case 'partly-stored':
        return { outcome: 'partly-stored', road: road.name, storedOn: delivered.storedOn, of: delivered.of };
      case 'devices-changed':
        doubt = true;
        break;
      case 'not-authorized':
        if (access.kind === 'stranger') return { outcome: 'refused', tooLarge: false };
        memory.refusedKey(road, entry.to);
        doubt = false;
        break;
      case 'busy':
        return { outcome: 'later', retryAfter: delivered.retryAfter };
      case 'unreachable':
        if (foreign) memory.foundSilent(entry.to);
        return { outcome: 'unanswered' };
      case 'unknown-account':
        return { outcome: 'nobody' };
      case 'rejected':
        core.log('rejected', { status: delivered.status });
        return { outcome: 'refused', tooLarge: delivered.status === TOO_LARGE_STATUS };
      default:
        return delivered;
    }
  }
  // The road and the record do not agree about the devices; one of them will catch up.
  return { outcome: 'later', retryAfter: 0 };
}

/** The user, or the other side, may have decided otherwise while a road was slow or silent. */
async function isStillTaken(core: Core, { road, entry }: Attempt): Promise<boolean> {
  const contact = await core.store.contact(entry.to);
  if (contact === undefined || contact.state === 'blocked') return false;
  const { road: wish } = effectiveRoad(contact);
  return wish === 'auto' || wish === road.name;
}

function accessTo(memory: CarryMemory, { road, contact }: Attempt, record: AccountRecord): Access {
  const { profileKey } = contact;
  if (profileKey === undefined || memory.isStranger(road, contact.account)) return { kind: 'stranger' };
  const mailboxes = contact.mailboxes.filter((mailbox) => listsDevice(record, mailbox));
  return { kind: 'contact', accessKey: deriveAccessKey(profileKey), mailboxes };
}

type Delivered =
  | DeliverOutcome
  | { readonly outcome: 'failed'; readonly problem: Problem }
  | { readonly outcome: 'gone' };

async function deliverOnce(
  core: Core,
  memory: CarryMemory,
  { road, entry: { id, timestamp }, behind }: Attempt,
  job: { readonly record: AccountRecord; readonly access: Access; readonly how: HowToAsk },
): Promise<Delivered> {
  const now = core.clock.now();
  const made = memory.encryptedAt.get(id) ?? timestamp;
  const anew = now - made > RATCHET_MESSAGE_LIFETIME;
  const { record, access, how } = job;
  const encrypted = await encryptEntry(core, road, id, { record, access, anew, behind, how });
  if (encrypted.outcome === 'unanswered') return { outcome: 'unreachable' };
  if (encrypted.outcome === 'failed') return { outcome: 'failed', problem: 'bad-keys' };
  if (encrypted.outcome === 'gone') return encrypted;
  const { entry } = encrypted;
  if (anew || !memory.encryptedAt.has(id)) memory.encryptedAt.set(id, anew ? now : made);
  const messages = await sealFor(core, memory, road, entry, record);
  if (!Array.isArray(messages)) return messages;
  const delivery = {
    to: record.account,
    access,
    relays: record.relays,
    messages,
    timestamp: entry.timestamp,
    urgent: entry.urgent,
  };
  return askRoad(core, road, how, (toil) => road.deliver(delivery, toil));
}

/** Afresh for each road, so that no bytes are common to both (design §1.2); the same ones when it is tried again. */
async function sealFor(
  core: Core,
  memory: CarryMemory,
  road: Road,
  entry: OutboxEntry,
  { account }: AccountRecord,
): Promise<SealedForDevice[] | Extract<Delivered, { outcome: 'failed' | 'gone' }>> {
  const before = road.name === 'onion' ? memory.sealed(road, entry) : undefined;
  if (before !== undefined) return [...before];
  const own = await core.store.account();
  if (own === undefined) return { outcome: 'gone' };
  const messages: SealedForDevice[] = [];
  for (const { device, registrationId, ...message } of entry.encrypted) {
    const sealed = await core.ratchetOf(own).seal({ account, device }, message);
    if (sealed.outcome === 'too-large') return { outcome: 'failed', problem: 'too-large' };
    messages.push({ device, registrationId, bytes: sealed.bytes });
  }
  if (road.name === 'onion') memory.keepSealed(road, entry, messages);
  return messages;
}
