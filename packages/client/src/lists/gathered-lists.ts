import { type Bytes, concatBytes } from '@sotto/bytes';
import { LIST_REFUSED_FOR, MAX_LISTS_GATHERED } from '../constants.ts';
import type { AccountKey } from '../ports/store.ts';
import type { Clock } from '../ports/system.ts';
import type { ListPart } from './read-list.ts';

/** Lists that contacts give in parts, and whose lists did not hold. In memory: what is lost is given again. */
export interface GatheredLists {
  /** The whole list, once all of its parts are there. */
  add(from: { readonly account: AccountKey; readonly device: number }, list: GivenPart): Bytes | undefined;
  /** A list of theirs did not hold. */
  refuse(account: AccountKey): void;
  isRefused(account: AccountKey): boolean;
}

export interface GivenPart {
  readonly sequence: number;
  readonly part: ListPart;
}

interface Gathering {
  readonly sequence: number;
  readonly of: number;
  readonly parts: Map<number, Bytes>;
}

/** Contacts whose lists did not hold; the first to be forgotten is the one who was refused first. */
const MAX_REFUSED = 1_000;

export function createGatheredLists(clock: Clock): GatheredLists {
  const gatherings = new Map<string, Gathering>();
  const refusedAt = new Map<AccountKey, number>();

  return {
    add({ account, device }, { sequence, part }) {
      const name = `${account} ${device}`;
      const before = gatherings.get(name);
      const goesOn = before?.sequence === sequence && before.of === part.of;
      const gathering = goesOn ? before : { sequence, of: part.of, parts: new Map<number, Bytes>() };
      gathering.parts.set(part.index, part.bytes);
      gatherings.delete(name);
      if (gathering.parts.size === gathering.of) {
        const places = Array.from({ length: gathering.of }, (_, index) => gathering.parts.get(index));
        return concatBytes(...places.filter((bytes) => bytes !== undefined));
      }
      gatherings.set(name, gathering);
      forgetFirst(gatherings, MAX_LISTS_GATHERED);
      return undefined;
    },
    refuse(account) {
      refusedAt.delete(account);
      refusedAt.set(account, clock.now());
      forgetFirst(refusedAt, MAX_REFUSED);
    },
    isRefused(account) {
      const at = refusedAt.get(account);
      return at !== undefined && Math.abs(clock.now() - at) < LIST_REFUSED_FOR;
    },
  };
}

function forgetFirst(map: Map<string, unknown>, most: number): void {
  const [first] = map.keys();
  if (map.size > most && first !== undefined) map.delete(first);
}
