import type { ContactValue, RoadStatusValue, SettingsValue } from '@sotto/local-api';

type RoadName = RoadStatusValue['road'];
type RelayAccess = SettingsValue['relay_access'];

/** How one road does. Absent: this account is not on it. */
export type Reach = 'absent' | 'well' | 'coming' | 'ill' | 'down' | 'stopped';

export function reachOf(roads: readonly RoadStatusValue[], name: RoadName): Reach {
  const status = roads.find(({ road }) => road === name);
  const healthy = status?.healthy !== false;
  switch (status?.state) {
    case 'up':
      return healthy ? 'well' : 'ill';
    case 'connecting':
      return healthy ? 'coming' : 'down';
    case 'stopped':
      return 'stopped';
    default:
      return 'absent';
  }
}

/** What a dot can say of all roads together. */
export type DotState = 'all' | 'some' | 'none';

export function dotOf(roads: readonly RoadStatusValue[]): DotState {
  const joined = roads.map(({ road }) => reachOf(roads, road)).filter((reach) => reach !== 'absent');
  const well = joined.filter((reach) => reach === 'well').length;
  if (well === 0) return 'none';
  return well === joined.length ? 'all' : 'some';
}

/** What a banner has to tell. */
export type Trouble =
  | 'replaced'
  /** Another process uses this device. */
  | 'elsewhere'
  /** Somebody may stand between this device and its relay. */
  | 'wrong-relay-key'
  | 'untrusted-relay'
  | 'all-down'
  /** The other road goes on. */
  | 'relay-down'
  | 'onion-down'
  /** It does not, because the relay is asked through the onion network too. */
  | 'both-behind-onion'
  /** There is no other road. */
  | 'only-relay-down'
  | 'only-onion-down';

const DISTRUST = ['wrong-relay-key', 'untrusted-relay'] as const satisfies readonly Trouble[];

/** Undefined when all is well, or nothing is known yet. */
export function troubleOf(
  roads: readonly RoadStatusValue[],
  replaced: boolean,
  access: RelayAccess = 'direct',
): Trouble | undefined {
  if (replaced) return 'replaced';
  if (roads.some(({ state, stop }) => state === 'stopped' && stop === 'connected-elsewhere')) {
    return 'elsewhere';
  }
  const distrust = DISTRUST.find((code) => roads.some(({ problem_code }) => problem_code === code));
  if (distrust !== undefined) return distrust;
  const relay = reachOf(roads, 'relay');
  const onion = reachOf(roads, 'onion');
  if (relay === 'absent' && onion === 'absent') return undefined;
  if (onion === 'absent') return relay === 'well' ? undefined : 'only-relay-down';
  if (relay === 'absent') return onion === 'well' ? undefined : 'only-onion-down';
  if (relay === 'well' && onion !== 'well') return access === 'onion' ? 'both-behind-onion' : 'onion-down';
  if (relay === 'well') return undefined;
  return onion === 'well' ? 'relay-down' : 'all-down';
}

/** How the next message of a chat goes. */
export type Way =
  | {
      readonly by: RoadName | 'relayAfar';
      readonly auto: boolean;
      readonly ms?: number;
      readonly hops?: number;
    }
  /** Nothing leaves before this road is there; `auto`: any would do, `relayAfar`: the network before the relay. */
  | { readonly waitsFor: ContactValue['road'] | 'relayAfar'; readonly coming: boolean };

/** The same choice that the client makes, as far as a page can see it. */
export function wayOf(
  wishes: Pick<ContactValue, 'road' | 'effective_road'>,
  roads: readonly RoadStatusValue[],
  access: RelayAccess = 'direct',
): Way {
  const way = wayByRoads(wishes, roads);
  if (access === 'direct' || !('by' in way) || way.by !== 'relay') return way;
  const network = reachOf(roads, 'onion');
  const waits = network === 'coming' || network === 'down';
  return waits
    ? { waitsFor: 'relayAfar', coming: network === 'coming' }
    : { by: 'relayAfar', auto: way.auto };
}

function wayByRoads(
  { road, effective_road }: Pick<ContactValue, 'road' | 'effective_road'>,
  roads: readonly RoadStatusValue[],
): Way {
  const wish = effective_road ?? road;
  const relay = reachOf(roads, 'relay');
  const onion = reachOf(roads, 'onion');
  const isUp = (reach: Reach) => reach === 'well' || reach === 'ill';
  if (wish !== 'auto') {
    const reach = wish === 'relay' ? relay : onion;
    return isUp(reach) ? by(roads, wish, false) : { waitsFor: wish, coming: reach === 'coming' };
  }
  const auto = relay !== 'absent' && onion !== 'absent';
  if (relay === 'well') return by(roads, 'relay', auto);
  // A relay that is only just connecting is waited for.
  if (relay === 'coming') return { waitsFor: 'auto', coming: true };
  if (isUp(onion)) return by(roads, 'onion', auto);
  if (isUp(relay)) return by(roads, 'relay', auto);
  return { waitsFor: 'auto', coming: onion === 'coming' };
}

function by(roads: readonly RoadStatusValue[], name: RoadName, auto: boolean): Way {
  const status = roads.find(({ road }) => road === name);
  const hops = name === 'onion' ? status?.paths?.[0]?.hops.length : undefined;
  const ms = name === 'relay' ? status?.latency_ms : undefined;
  return {
    by: name,
    auto,
    ...(hops === undefined ? {} : { hops }),
    ...(ms === undefined ? {} : { ms: Math.round(ms) }),
  };
}
