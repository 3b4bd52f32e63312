import { expandIdentity } from '@sotto/identity';
import type { Ratchet, RatchetEngine } from '@sotto/ratchet';
import type { ClientParts } from '../client-types.ts';
import { createGatheredLists, type GatheredLists } from '../lists/gathered-lists.ts';
import type { RoadMemory, RoadName } from '../ports/road.ts';
import type { AccountKey, AccountState, ClientStore } from '../ports/store.ts';
import type { Clock, RandomBytes } from '../ports/system.ts';
import { createTypingMemory, type TypingMemory } from '../typing/typing-memory.ts';
import { type Arrivals, createArrivals } from './arriving.ts';
import { createEvents, type Events } from './events.ts';
import { createFailureBudget, type FailureBudget } from './failure-budget.ts';
import { createOwnLook, type OwnLook } from './own-look.ts';
import { createPublishing, type Publishing } from './publishing.ts';
import { createRecordMemory, type RecordMemory } from './record-memory.ts';
import { createRoadMemory } from './road-memory.ts';
import { createRoads, type Roads } from './roads.ts';
import { createTally, type Tally } from './tally.ts';
import { createUnits, type Unit, type Work } from './work.ts';

/** What a commit sets going. Called after the commit. */
export interface Signals {
  outboxAdded(to: AccountKey, entry: string): void;
  /** Would an entry of this chat be carried at once? */
  outboxFree(to: AccountKey): boolean;
  /** Entries that wait, an earlier run's included. */
  outboxSize(): Promise<number>;
  /** Something that held this chat's outbox back is over. */
  wake(to: AccountKey): void;
  receiptOwed(dueAt: number): void;
  gapOpened(): void;
  /** Whether this device may speak for its account may be another answer now. */
  standingChanged(): void;
  /** Somebody may know a mailbox of ours who should not, or not know the one that there is. */
  mailboxStale(): void;
  /** A file is to be sent, fetched or deleted, or may be now. */
  filesDue(): void;
  /** A road has taken the account in that had not answered before. */
  roadJoined(): Promise<void>;
  /** Every road has the newest account record. */
  recordPublished(): void;
}

/** What the verbs of a client share. */
export interface Core {
  readonly store: ClientStore;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly engine: RatchetEngine;
  readonly makeRoads: ClientParts['makeRoads'];
  /** What a road remembers between runs. */
  readonly memoryOf: (road: RoadName) => RoadMemory;
  readonly log: NonNullable<ClientParts['log']>;
  /** The one mutex of the account is inside. */
  readonly unit: Unit;
  /**
   * A unit that may share its commit with others like it, so that many at once cost one sync. Its body reads
   * through the core that it is given, whose store shows what the units before it have decided.
   */
  readonly shared: <Result>(body: (work: Work, core: Core) => Promise<Result>) => Promise<Result>;
  /** What is about to ask for a shared unit. */
  readonly arrivals: Arrivals;
  readonly events: Events;
  readonly roads: Roads;
  /** Whether the own record has been read from its swarm. */
  readonly ownLook: OwnLook;
  readonly publishing: Publishing;
  readonly records: RecordMemory;
  readonly failures: FailureBudget;
  readonly tally: Tally;
  readonly signals: Signals;
  readonly typing: TypingMemory;
  /** Lists of storage nodes that contacts give. */
  readonly lists: GatheredLists;
  /** Until when receipts to an account are being gathered, so that a burst is answered by one. */
  readonly receiptBatches: Map<AccountKey, number>;
  /** When contacts whose messages could not be read were last given a session. */
  readonly sessionsOffered: Map<AccountKey, number>;
  /** Files that were written down in this run and have no message yet: those of earlier runs never get one. */
  readonly filesOfThisRun: Set<string>;
  /** The revision of each account's record that the relay has shown in this run. */
  readonly shownByRelay: Map<AccountKey, number>;
  ratchetOf(state: AccountState): Ratchet;
}

/** `signals` is filled in by the caller once the parts that listen exist. */
export function createCore(parts: ClientParts, signals: Signals): Core {
  const { store, clock, random, engine, makeRoads, log = () => undefined } = parts;
  const events = createEvents(() => log('listener-failed', {}));
  let ratchet: { readonly of: ThisDevice; readonly ratchet: Ratchet } | undefined;
  const arrivals = createArrivals();
  const units = createUnits({
    store,
    arriving: arrivals,
    emit: events.emit,
    onTellFailed: (error) => log('tell-failed', { name: error instanceof Error ? error.name : 'unknown' }),
  });
  const core: Core = {
    store,
    clock,
    random,
    engine,
    makeRoads,
    memoryOf: (road) => createRoadMemory(store, road),
    log,
    unit: units.unit,
    shared: (body) => units.shared((work) => body(work, inUnit)),
    arrivals,
    events,
    roads: createRoads(events, clock),
    ownLook: createOwnLook(clock),
    publishing: createPublishing(),
    records: createRecordMemory(),
    failures: createFailureBudget(clock),
    tally: createTally((reason) => log('refused', { reason })),
    signals,
    typing: createTypingMemory(clock, events.emit),
    lists: createGatheredLists(clock),
    receiptBatches: new Map(),
    sessionsOffered: new Map(),
    filesOfThisRun: new Set(),
    shownByRelay: new Map(),
    ratchetOf(state) {
      if (ratchet === undefined || !sameDevice(ratchet.of, state)) {
        const { account, ratchetSecret } = expandIdentity(state.identitySecret);
        const { device, registrationId, certificate } = state;
        // Not all of the state: the words would stay in memory after they were forgotten.
        const of = { account: state.account, device, registrationId };
        const local = { account, device, registrationId, certificate, identitySecret: ratchetSecret };
        ratchet = { of, ratchet: engine.open(local, units.view.ratchet) };
      }
      return ratchet.ratchet;
    },
  };
  const inUnit: Core = { ...core, store: units.view };
  return core;
}

type ThisDevice = Pick<AccountState, 'account' | 'device' | 'registrationId'>;

function sameDevice(left: ThisDevice, right: ThisDevice): boolean {
  return (
    left.account === right.account &&
    left.device === right.device &&
    left.registrationId === right.registrationId
  );
}
