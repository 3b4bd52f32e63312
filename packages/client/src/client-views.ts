import type { RoadName } from './ports/road.ts';
import type { AccountKey, ContactState, ContactWarning, RoadWish } from './ports/store.ts';

export interface OwnAccount {
  readonly account: AccountKey;
  /** Hyphenated lower-case UUID. */
  readonly aci: string;
  readonly name: string;
  readonly device: number;
  /** Network text as joined. */
  readonly network: string;
  /** Roads on which this account is registered. */
  readonly roads: readonly RoadName[];
  /** The seed is still here: the words can be shown, and have not been confirmed saved. */
  readonly holdsSeed: boolean;
  /** What others add this account by. */
  readonly link: string;
  /** Only when asked for. */
  readonly words?: string;
}

export interface ContactView {
  readonly account: AccountKey;
  readonly state: ContactState;
  /** The nickname, else the name they gave, else undefined. */
  readonly displayName?: string;
  readonly name?: string;
  readonly nickname?: string;
  /** What the user wishes for this chat. */
  readonly road: RoadWish;
  /** What the other side last said that it wishes. */
  readonly theirRoad: RoadWish;
  /** How it travels: the stricter side wins. */
  readonly effectiveRoad: RoadWish;
  /** Whose wish that is. */
  readonly roadBecause: 'yours' | 'theirs';
  readonly warning?: ContactWarning;
  readonly verified: boolean;
  readonly addedAt: number;
}
