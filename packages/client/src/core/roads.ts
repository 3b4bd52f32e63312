import type { Bytes } from '@sotto/bytes';
import type { RelayAddress } from '@sotto/identity';
import type { RoadStatus } from '../client-types.ts';
import type { Collector, RelayAccess, Road, RoadName } from '../ports/road.ts';
import type { AccountState } from '../ports/store.ts';
import type { Clock } from '../ports/system.ts';
import type { Events } from './events.ts';
import { type Answer, createRoadHealth, type RoadHealth } from './road-health.ts';

/** The roads of the account's network and how they are. */
export interface Roads {
  /** Take these roads into use; nothing is connected yet. Closes those there were. */
  open(roads: readonly Road[], relay: RelayAddress | undefined): Promise<void>;
  /**
   * Begin to collect on every road this account is registered on and that has not begun. `ailing`: the relay
   * was in trouble just before this run.
   */
  start(state: AccountState, collect: Collect, options?: { readonly ailing?: boolean }): void;
  /** The relay first. */
  all(): readonly Road[];
  get(name: RoadName): Road | undefined;
  status(): readonly RoadStatus[];
  statusOf(name: RoadName): RoadStatus | undefined;
  /** How the own relay is asked by what must not say who asks. */
  readonly access: RelayAccess;
  /** Ask it so from now on. */
  reach(access: RelayAccess): void;
  /** Is the relay of somebody whose record names these asked through the onion network? Else it is the own one, and dialled. */
  isAskedAfar(relays: readonly RelayAddress[]): boolean;
  /** How a road answered what the outbox asked of it. */
  heard(name: RoadName, answer: Answer): void;
  /** Where contacts reach this device, on the road that has such places; unknown before it has started. */
  mailbox(): Bytes | undefined;
  /**
   * Every started road has drained, or has stopped for good. A relay that does not answer is not waited for
   * when another road has drained: nothing of it can be known, and what it keeps comes when it answers.
   */
  drained(): boolean;
  /** Called after every change of a status. */
  onChange: (status: RoadStatus, before: RoadStatus | undefined) => void;
  /** Called while a road is unhealthy, at each sign of it. */
  onTrouble: (road: RoadName) => void;
  close(): Promise<void>;
}

/** What the inbox offers to roads. */
export interface Collect {
  envelope(road: RoadName, envelope: Parameters<Collector['envelope']>[0]): Promise<void>;
}

interface Taken {
  readonly road: Road;
  readonly health: RoadHealth;
  status: RoadStatus;
  /** Of the last round trip, while up. */
  latency: number | undefined;
}

export function createRoads(events: Events, clock: Clock): Roads {
  let roads: readonly Taken[] = [];
  let ownRelay: RelayAddress | undefined;
  let access: RelayAccess = 'direct';

  function change(taken: Taken, status: Omit<RoadStatus, 'road' | 'health' | 'latency'>): void {
    // A road that was replaced or closed may still finish what it was doing; it changes nothing here.
    if (!roads.includes(taken)) return;
    const before = taken.status;
    if (status.state !== 'up') taken.latency = undefined;
    taken.status = withLatency({ road: taken.road.name, ...status, health: taken.health.state }, taken);
    events.emit({ event: 'road', status: taken.status });
    self.onChange(taken.status, before);
  }

  function take(road: Road): Taken {
    const health = createRoadHealth(clock, () => {
      const { road: _, health: __, latency: ___, ...status } = taken.status;
      change(taken, status);
      lookForTrouble(taken);
    });
    const taken: Taken = {
      road,
      health,
      status: { road: road.name, state: 'not-started', drained: false, health: health.state },
      latency: undefined,
    };
    return taken;
  }

  function lookForTrouble({ road, health }: Taken): void {
    if (health.state === 'unhealthy') self.onTrouble(road.name);
  }

  function collectorFor(taken: Taken, collect: Collect): Collector {
    const { road, health } = taken;
    const current = () => roads.includes(taken);
    return {
      envelope: (envelope) => collect.envelope(road.name, envelope),
      connected() {
        if (!current()) return;
        health.up();
        change(taken, { state: 'up', drained: false });
      },
      measured(milliseconds) {
        if (!current() || taken.status.state !== 'up') return;
        taken.latency = milliseconds;
        taken.status = withLatency(taken.status, taken);
        // For people to look at only: nothing is carried differently for it.
        events.emit({ event: 'road', status: taken.status });
      },
      disconnected(distrust) {
        if (!current() || taken.status.state === 'stopped') return;
        health.down();
        const why = distrust === undefined ? {} : { distrust };
        change(taken, { state: 'connecting', ...why, drained: false });
        lookForTrouble(taken);
      },
      distrusted(reason) {
        const { road: _, health: __, latency: ___, distrust, ...status } = taken.status;
        // What mail comes in on says more, and said it first.
        if (!current() || status.state !== 'up' || reason === distrust) return;
        change(taken, { ...status, ...(reason === undefined ? {} : { distrust: reason }) });
      },
      drained() {
        if (!current()) return;
        const { distrust } = taken.status;
        change(taken, { state: 'up', drained: true, ...(distrust === undefined ? {} : { distrust }) });
        events.emit({ event: 'drained', road: road.name });
      },
      stopped(stop) {
        if (!current()) return;
        health.end();
        change(taken, { state: 'stopped', stop, drained: false });
      },
    };
  }

  const isAnyDrained = () => roads.some(({ status }) => status.drained);

  const self: Roads = {
    async open(next, relay) {
      await self.close();
      ownRelay = relay;
      roads = next.toSorted((left, right) => rank(left) - rank(right)).map(take);
    },
    start(state, collect, { ailing = false } = {}) {
      for (const taken of roads) {
        const { road, health } = taken;
        const credentials = state.credentials[road.name];
        if (credentials === undefined || taken.status.state !== 'not-started') continue;
        health.begin(ailing && road.name === 'relay');
        change(taken, { state: 'connecting', drained: false });
        road.reach?.(access);
        road.start(credentials, collectorFor(taken, collect));
      }
    },
    all: () => roads.map(({ road }) => road),
    get: (name) => roads.find(({ road }) => road.name === name)?.road,
    status: () => roads.map(({ status }) => status),
    statusOf: (name) => roads.find(({ road }) => road.name === name)?.status,
    get access() {
      return access;
    },
    reach(next) {
      access = next;
      // Until a road has started it only registers, which says who one is in any case.
      for (const { road, status } of roads) if (status.state !== 'not-started') road.reach?.(access);
    },
    isAskedAfar: (relays) =>
      access === 'onion' || (relays.length > 0 && !relays.some(({ url }) => url === ownRelay?.url)),
    heard(name, answer) {
      const taken = roads.find(({ road }) => road.name === name);
      taken?.health.heard(answer);
      if (taken !== undefined && answer !== 'answered') lookForTrouble(taken);
    },
    mailbox: () => self.get('onion')?.mailbox?.(),
    drained: () =>
      roads.every(({ status }) => status.drained || isOut(status) || (isDead(status) && isAnyDrained())),
    onChange: () => undefined,
    onTrouble: () => undefined,
    async close() {
      const closing = roads;
      roads = [];
      for (const { health } of closing) health.end();
      await Promise.all(closing.map(({ road }) => road.close()));
    },
  };
  return self;
}

function withLatency(status: RoadStatus, { latency }: Pick<Taken, 'latency'>): RoadStatus {
  return latency === undefined ? status : { ...status, latency };
}

const isOut = ({ state }: RoadStatus): boolean => state === 'not-started' || state === 'stopped';

const isDead = ({ road, state, health }: RoadStatus): boolean =>
  road === 'relay' && state === 'connecting' && health === 'unhealthy';

const rank = ({ name }: Road): number => (name === 'relay' ? 0 : 1);
