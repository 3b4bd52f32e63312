import { observe } from '@sotto/bytes';
import { BUSY_LAST, HELD_LOOK, MAX_CARRIED, MAX_TOGETHER, OUTBOX_LIFETIME } from '../constants.ts';
import { effectiveRoad } from '../contacts/effective-road.ts';
import type { Core } from '../core/core.ts';
import { createLimit } from '../core/limit.ts';
import type { AccountKey } from '../ports/store.ts';
import { backOff } from './back-off.ts';
import type { Carried } from './carried.ts';
import { carryEntry } from './carry-entry.ts';
import { createCarryMemory } from './carry-memory.ts';
import { finishEntry } from './finish-entry.ts';
import { createFinisher, type Finisher } from './finish-together.ts';

/** Carries what has been written down: in order within a chat, several chats at a time. */
export interface Outbox {
  /** Take up what an earlier run left. */
  start(): Promise<void>;
  add(to: AccountKey, entry: string): void;
  /** Nothing of this chat waits, so that what is added next is carried at once. */
  isFree(to: AccountKey): boolean;
  /** Something that held this chat back is over. */
  wake(to: AccountKey): void;
  /** A road is up again: pauses are over for everybody. */
  wakeAll(): void;
  /** How many entries wait. */
  size(): Promise<number>;
  /** Something is under way; pauses and what is held back do not count. */
  readonly busy: boolean;
  /** Resolves when no attempt is under way any more. */
  stop(): Promise<void>;
}

interface Lane {
  readonly to: AccountKey;
  /** Entry IDs in order. */
  readonly entries: string[];
  /** The first of those, as far as a road has taken them. */
  readonly finisher: Finisher;
  running: boolean;
  /** Ends the present pause. */
  wake: (() => void) | undefined;
  /** Try at once, whatever pause was agreed on. */
  hurry: boolean;
  /** Failures in a row that the store could not even write down. */
  troubles: number;
}

/** How it goes on with an entry: not before a time, when told to, not at all, or with the next one. */
type Next = number | 'held' | 'done' | 'taken';

export function createOutbox(core: Core, onIdle: () => void): Outbox {
  const lanes = new Map<AccountKey, Lane>();
  // Side by side, so that chats which wait for three hops neither hold up nor move what goes by the relay.
  const strict = createLimit(MAX_CARRIED);
  const free = createLimit(MAX_CARRIED);
  const memory = createCarryMemory(core.clock);
  const known = new Set<string>();
  const loops = new Set<Lane>();
  let running = false;
  /** Entries written down while an earlier run's are being read: they come after those. */
  const late: { readonly to: AccountKey; readonly id: string }[] = [];
  const stopping: (() => void)[] = [];

  function laneFor(to: AccountKey): Lane {
    const before = lanes.get(to);
    if (before !== undefined) return before;
    const lane: Lane = {
      to,
      entries: [],
      finisher: createFinisher(core, (id) => remove(lane, id)),
      running: false,
      wake: undefined,
      hurry: false,
      troubles: 0,
    };
    lanes.set(to, lane);
    return lane;
  }

  function remove(lane: Lane, id: string): void {
    const place = lane.entries.indexOf(id);
    if (place >= 0) lane.entries.splice(place, 1);
    known.delete(id);
    memory.forget(id);
  }

  function add(to: AccountKey, id: string): void {
    if (!running) late.push({ to, id });
    else append(to, id);
  }

  function append(to: AccountKey, id: string): void {
    if (known.has(id)) return;
    known.add(id);
    const lane = laneFor(to);
    lane.entries.push(id);
    if (lane.running) return;
    lane.running = true;
    void run(lane);
  }

  /** Until the lane is empty. Never rejects: what goes wrong is tried again later. */
  async function run(lane: Lane): Promise<void> {
    loops.add(lane);
    for (;;) {
      if (!running || lane.entries.length === 0) {
        // What is lost here is carried again by the next run.
        await lane.finisher.finish().catch(() => undefined);
        // Something may have been added meanwhile.
        if (!running || lane.entries.length === 0) break;
      }
      const { hurry } = lane;
      lane.hurry = false;
      const next = await advance(lane, hurry);
      if (next === 'done' || next === 'taken') continue;
      if (running && !lane.hurry) await pause(lane, next);
    }
    lane.running = false;
    loops.delete(lane);
    if (loops.size === 0) for (const resolve of stopping.splice(0)) resolve();
    if (lane.entries.length === 0 && lanes.get(lane.to) === lane) lanes.delete(lane.to);
    onIdle();
  }

  /** Carry the first that no road has taken, and finish those that were taken before the lane rests. */
  async function advance(lane: Lane, hurry: boolean): Promise<Next> {
    try {
      const id = lane.entries[lane.finisher.size];
      const next = id === undefined ? 'done' : await attempt(lane, id, hurry);
      if (id !== undefined && next === 'done') remove(lane, id);
      const isLast = lane.entries.length <= lane.finisher.size;
      if (isLast || lane.finisher.size >= MAX_TOGETHER || next !== 'taken') await lane.finisher.finish();
      lane.troubles = 0;
      return next;
    } catch (error) {
      lane.troubles++;
      core.log('carry-failed', { name: error instanceof Error ? error.name : 'unknown' });
      return core.clock.now() + backOff(lane.troubles, core.random);
    }
  }

  async function attempt(lane: Lane, id: string, hurry: boolean): Promise<Next> {
    const contact = await core.store.contact(lane.to);
    const isStrict = contact !== undefined && effectiveRoad(contact).road === 'onion';
    return (isStrict ? strict : free)(() => step(lane, id, hurry));
  }

  async function step(lane: Lane, id: string, hurry: boolean): Promise<Next> {
    const entry = await core.store.outboxEntry(id);
    if (entry === undefined) return 'done';
    const wait = entry.notBefore - core.clock.now();
    // A pause that an earlier run began holds on; one that no run begins comes from a clock that went back.
    if (wait > 0 && wait <= BUSY_LAST && !hurry) return entry.notBefore;
    observe('outbox', 'before');
    const expired = core.clock.now() - entry.timestamp > OUTBOX_LIFETIME;
    const carried: Carried = expired
      ? { outcome: 'failed', problem: 'expired' }
      : await carryEntry(core, memory, entry, behind(lane, id));
    // Closed while it was under way: the next start finds it as it was, and the other side knows doubles.
    if (!running || carried.outcome === 'waiting') return 'held';
    if (carried.outcome === 'stored') {
      lane.finisher.add(id, carried);
      return 'taken';
    }
    const next = await finishEntry(core, id, carried);
    observe('outbox', 'after');
    return next;
  }

  /**
   * What is encrypted with it: nothing before a road has just taken something, since what is encrypted may have
   * left, and a text that is deleted then leaves a gap that the other side sees.
   */
  function behind(lane: Lane, id: string): readonly string[] {
    if (lane.finisher.size === 0) return [];
    const next = lane.entries.indexOf(id) + 1;
    return lane.entries.slice(next, next + MAX_TOGETHER - 1);
  }

  function pause(lane: Lane, until: number | 'held'): Promise<void> {
    return new Promise((resolve) => {
      // What is held may be taken up without anybody telling, when its time is over.
      const wait = until === 'held' ? HELD_LOOK : until - core.clock.now();
      const cancel = core.clock.after(wait, () => lane.wake?.());
      lane.wake = () => {
        lane.wake = undefined;
        cancel();
        resolve();
      };
      onIdle();
    });
  }

  function wake(lane: Lane): void {
    lane.hurry = true;
    lane.wake?.();
  }

  return {
    async start() {
      const earlier = await core.store.outbox();
      running = true;
      for (const entry of earlier) append(entry.to, entry.id);
      for (const entry of late.splice(0)) append(entry.to, entry.id);
    },
    add,
    isFree: (to) => running && !lanes.has(to),
    wake(to) {
      const lane = lanes.get(to);
      if (lane !== undefined) wake(lane);
    },
    wakeAll() {
      for (const lane of lanes.values()) wake(lane);
    },
    size: async () => (running ? known.size : (await core.store.outbox()).length),
    get busy() {
      return [...lanes.values()].some((lane) => lane.running && lane.wake === undefined);
    },
    stop() {
      running = false;
      for (const lane of lanes.values()) wake(lane);
      lanes.clear();
      known.clear();
      late.length = 0;
      return new Promise((resolve) => {
        if (loops.size === 0) resolve();
        else stopping.push(resolve);
      });
    },
  };
}
