import type { RoadStatus } from '../client-types.ts';
import type { Collector, Road, RoadName } from '../ports/road.ts';
import type { AccountState } from '../ports/store.ts';
import type { Events } from './events.ts';

/** The roads of the account's network and how they are. */
export interface Roads {
  /** Take these roads into use; nothing is connected yet. Closes those there were. */
  open(roads: readonly Road[]): Promise<void>;
  /** Begin to collect on every road this account is registered on. */
  start(state: AccountState, collect: Collect): void;
  all(): readonly Road[];
  get(name: RoadName): Road | undefined;
  status(): readonly RoadStatus[];
  /** Every started road has drained, or has stopped for good. */
  drained(): boolean;
  /** Called after every change of a status. */
  onChange: (status: RoadStatus) => void;
  close(): Promise<void>;
}

/** What the inbox offers to roads. */
export interface Collect {
  envelope(road: RoadName, envelope: Parameters<Collector['envelope']>[0]): Promise<void>;
}

export function createRoads(events: Events): Roads {
  let roads: readonly Road[] = [];
  const statuses = new Map<RoadName, RoadStatus>();

  function change(name: RoadName, status: Omit<RoadStatus, 'road'>): void {
    const next = { road: name, ...status };
    statuses.set(name, next);
    events.emit({ event: 'road', status: next });
    self.onChange(next);
  }

  function collectorFor(road: Road, collect: Collect): Collector {
    const { name } = road;
    // A road that was replaced or closed may still finish what it was doing; it changes nothing here.
    const current = () => roads.includes(road);
    return {
      envelope: (envelope) => collect.envelope(name, envelope),
      connected() {
        if (current()) change(name, { state: 'up', drained: false });
      },
      disconnected(distrust) {
        if (current() && statuses.get(name)?.state !== 'stopped') {
          const why = distrust === undefined ? {} : { distrust };
          change(name, { state: 'connecting', ...why, drained: false });
        }
      },
      drained() {
        if (!current()) return;
        change(name, { state: 'up', drained: true });
        events.emit({ event: 'drained', road: name });
      },
      stopped(stop) {
        if (current()) change(name, { state: 'stopped', stop, drained: false });
      },
    };
  }

  const self: Roads = {
    async open(next) {
      await self.close();
      roads = next;
      for (const road of roads)
        statuses.set(road.name, { road: road.name, state: 'not-started', drained: false });
    },
    start(state, collect) {
      for (const road of roads) {
        const credentials = state.credentials[road.name];
        if (credentials === undefined || statuses.get(road.name)?.state !== 'not-started') continue;
        change(road.name, { state: 'connecting', drained: false });
        road.start(credentials, collectorFor(road, collect));
      }
    },
    all: () => roads,
    get: (name) => roads.find((road) => road.name === name),
    status: () => [...statuses.values()],
    drained: () =>
      [...statuses.values()].every(
        ({ state, drained }) => state === 'not-started' || state === 'stopped' || drained,
      ),
    onChange: () => undefined,
    async close() {
      const closing = roads;
      roads = [];
      statuses.clear();
      await Promise.all(closing.map((road) => road.close()));
    },
  };
  return self;
}
