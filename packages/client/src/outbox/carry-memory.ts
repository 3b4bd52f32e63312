import { type Bytes, equalBytes } from '@sotto/bytes';
import { RECORD_FRESH, ROAD_RECOVERY, STRANGER_AGAIN } from '../constants.ts';
import type { Road, RoadName, SealedForDevice } from '../ports/road.ts';
import type { AccountKey, OutboxEntry } from '../ports/store.ts';
import type { Clock } from '../ports/system.ts';

/** What is remembered of earlier attempts while the program runs; all of it can be forgotten. */
export interface CarryMemory {
  /** When an entry's ratchet messages were made. */
  readonly encryptedAt: Map<string, number>;
  /** The recipient refused our access key on this road: write as a stranger for a while. */
  refusedKey(road: Road, to: AccountKey): void;
  isStranger(road: Road, to: AccountKey): boolean;
  /** The onion road has shown the recipient's record, so that somebody collects there. */
  sawOnOnion(to: AccountKey): void;
  isOnOnion(to: AccountKey): boolean;
  /** Their relay, which is not ours, did not answer: leave it in peace for as long as an own one. */
  foundSilent(to: AccountKey): void;
  isSilent(to: AccountKey): boolean;
  /**
   * The seals of an earlier attempt by this road, when they hold the same ratchet messages. Storage nodes
   * that have them already then say so, and keep no second copy.
   */
  sealed(road: Road, entry: OutboxEntry): readonly SealedForDevice[] | undefined;
  keepSealed(road: Road, entry: OutboxEntry, messages: readonly SealedForDevice[]): void;
  forget(entry: string): void;
}

/** Entries whose seals are kept, at most 80 KB for each device; one of a chat is carried at a time. */
const MAX_SEALED = 50;
/** Accounts remembered at once. */
const MAX_ACCOUNTS = 1_000;

export function createCarryMemory(clock: Clock): CarryMemory {
  const encryptedAt = new Map<string, number>();
  const strangerUntil = new Map<string, number>();
  const onOnion = new Map<AccountKey, number>();
  const silentUntil = new Map<AccountKey, number>();
  const seals = new Map<
    string,
    { readonly inside: readonly Bytes[]; readonly messages: readonly SealedForDevice[] }
  >();
  const key = (road: Road, name: string) => `${road.name} ${name}`;

  return {
    encryptedAt,
    refusedKey: (road, to) => put(strangerUntil, key(road, to), clock.now() + STRANGER_AGAIN, MAX_ACCOUNTS),
    isStranger: (road, to) => (strangerUntil.get(key(road, to)) ?? 0) > clock.now(),
    sawOnOnion: (to) => put(onOnion, to, clock.now(), MAX_ACCOUNTS),
    isOnOnion: (to) => Math.abs(clock.now() - (onOnion.get(to) ?? Number.NEGATIVE_INFINITY)) < RECORD_FRESH,
    foundSilent: (to) => put(silentUntil, to, clock.now() + ROAD_RECOVERY, MAX_ACCOUNTS),
    isSilent: (to) => (silentUntil.get(to) ?? 0) > clock.now(),
    sealed(road, entry) {
      const kept = seals.get(key(road, entry.id));
      const same =
        kept?.inside.length === entry.encrypted.length &&
        entry.encrypted.every(({ bytes }, index) =>
          equalBytes(bytes, kept.inside[index] ?? new Uint8Array(0)),
        );
      return same ? kept?.messages : undefined;
    },
    keepSealed: (road, entry, messages) =>
      put(
        seals,
        key(road, entry.id),
        { inside: entry.encrypted.map(({ bytes }) => bytes), messages },
        MAX_SEALED,
      ),
    forget(entry) {
      encryptedAt.delete(entry);
      for (const name of ROADS) seals.delete(`${name} ${entry}`);
    },
  };
}

const ROADS: readonly RoadName[] = ['relay', 'onion'];

/** Those put first are forgotten first. */
function put<Value>(map: Map<string, Value>, key: string, value: Value, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
