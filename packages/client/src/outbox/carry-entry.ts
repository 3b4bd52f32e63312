import { isReplaced } from '../account/standing.ts';
import { effectiveRoad } from '../contacts/effective-road.ts';
import { pinnedRecord } from '../contacts/learn-record.ts';
import { whyNever } from '../contacts/why-never.ts';
import type { Core } from '../core/core.ts';
import type { Road } from '../ports/road.ts';
import type { Contact, OutboxEntry } from '../ports/store.ts';
import type { Carried } from './carried.ts';
import { carryByRoad } from './carry-by-road.ts';
import type { CarryMemory } from './carry-memory.ts';
import { chooseRoad, isCopied } from './choose-road.ts';
import { type RoadEnd, refused } from './refused.ts';

/**
 * Carry an entry by the road that its chat takes. When that road does not answer, or does not take it now,
 * and the chat is free to choose, the same ratchet messages go by the other one (design §1.4); both may
 * arrive and one is shown.
 */
export async function carryEntry(
  core: Core,
  memory: CarryMemory,
  entry: OutboxEntry,
  behind: readonly string[] = [],
): Promise<Carried> {
  const contact = await core.store.contact(entry.to);
  if (contact === undefined || contact.state === 'blocked') return { outcome: 'gone' };
  const own = await core.store.account();
  if (own === undefined) return { outcome: 'gone' };
  if (isReplaced(core, own)) return { outcome: 'held', problem: 'replaced' };
  if (isCopied(core.roads)) return { outcome: 'held', problem: 'used-elsewhere' };
  const never = whyNever(core, own, contact);
  if (never !== undefined) return { outcome: 'held', problem: never };
  const { road: wish } = effectiveRoad(contact);
  // The account is known, and at no relay: only the onion road leads there.
  const beyond = pinnedRecord(core, contact)?.relays.length === 0;
  const choice = chooseRoad(core.roads, wish, { beyond, aside: memory.isSilent(entry.to) });
  switch (choice.outcome) {
    case 'none':
      return { outcome: 'later', retryAfter: 0, problem: 'not-taken-in' };
    case 'stopped':
      return { outcome: 'held', problem: 'used-elsewhere' };
    case 'wait':
      return { outcome: 'waiting' };
    case 'take':
      return carryByRoads(core, memory, { entry, behind, contact, roads: choice.roads });
  }
}

async function carryByRoads(
  core: Core,
  memory: CarryMemory,
  job: {
    readonly entry: OutboxEntry;
    readonly behind: readonly string[];
    readonly contact: Contact;
    readonly roads: readonly Road[];
  },
): Promise<Carried> {
  const { entry, behind, roads } = job;
  const ends: RoadEnd[] = [];
  for (const [index, road] of roads.entries()) {
    const contact = index === 0 ? job.contact : await core.store.contact(entry.to);
    if (contact === undefined || contact.state === 'blocked') return { outcome: 'gone' };
    if (road.name === 'onion') {
      const halt = await whyNotByOnion(core);
      if (halt !== undefined) return halt;
    }
    const impatient = index + 1 < roads.length;
    const carried = await carryByRoad(core, memory, { road, entry, behind, contact, impatient });
    switch (carried.outcome) {
      case 'later':
      case 'unanswered':
      case 'nobody':
      case 'refused':
        ends.push({ road: road.name, carried });
        break;
      default:
        return carried;
    }
  }
  if (ends.some(({ carried }) => carried.outcome === 'refused')) return refused(core, entry, ends);
  // A server that is busy, or holds on to other devices than the record lists, keeps nobody waiting for ever.
  const later = ends.map(({ carried }) => carried).filter((carried) => carried.outcome === 'later');
  const longest = later.toSorted((left, right) => left.retryAfter - right.retryAfter).at(-1);
  if (longest !== undefined) return longest;
  if (ends.some(({ carried }) => carried.outcome === 'unanswered'))
    return { outcome: 'later', retryAfter: 0 };
  return nobodyThere(core, entry);
}

/** Its storage nodes know no devices, so the own record is what says that this one was replaced. */
async function whyNotByOnion(core: Core): Promise<Carried | undefined> {
  const looked = await core.ownLook.ask();
  const own = await core.store.account();
  if (own === undefined) return { outcome: 'gone' };
  if (isReplaced(core, own)) return { outcome: 'held', problem: 'replaced' };
  return looked === 'doubted' ? { outcome: 'later', retryAfter: 0, problem: 'maybe-replaced' } : undefined;
}

/** No road that was asked knows them. That is the end only when nobody is left to ask. */
async function nobodyThere(core: Core, entry: OutboxEntry): Promise<Carried> {
  const contact = await core.store.contact(entry.to);
  const own = await core.store.account();
  if (contact === undefined || own === undefined) return { outcome: 'gone' };
  // Their record may have come only now.
  const never = whyNever(core, own, contact, { lookedUp: true });
  if (never !== undefined) return { outcome: 'held', problem: never };
  const { road: wish } = effectiveRoad(contact);
  const onion = core.roads.statusOf('onion');
  const onOnion = onion !== undefined && onion.state !== 'not-started' && wish !== 'relay';
  if (contact.record === undefined) {
    if (onOnion && onion.state !== 'up')
      return { outcome: 'later', retryAfter: 0, problem: 'account-not-seen' };
    return { outcome: 'failed', problem: 'unknown-account', nobody: true };
  }
  // A record is gone from its swarm when its owner was away for two weeks, and comes back with the owner.
  if (onOnion) return { outcome: 'later', retryAfter: 0, problem: 'account-not-seen' };
  const mayOnion = wish === 'relay' && onion !== undefined;
  return { outcome: 'failed', problem: mayOnion ? 'account-lost-to-relay' : 'account-lost' };
}
