import type { Bytes } from '@sotto/bytes';

/** Which list of its servers a road goes by. */
export interface ListVersion {
  /** Higher with every change. */
  readonly sequence: number;
  /** 8 bytes: the same for all lists of the same signers. */
  readonly network: Bytes;
}

/** A list that proves itself to whoever goes by an earlier one of its network. */
export interface PassedList extends ListVersion {
  /** Others than its own signers have signed it too, as when signers change: it may convince who goes by a list of those. */
  readonly handsOver: boolean;
  /** The whole of it. */
  bytes(): Bytes;
}

/** How accepted contacts pass on who a road's servers are, so that nobody needs a seed twice. */
export interface ListPassing {
  /** The list that the road goes by; undefined where it would prove nothing to anybody. */
  current(): Promise<PassedList | undefined>;
  /** Judge one that a contact gave as one from anybody: whoever gave it counts for nothing. */
  take(list: Bytes): Promise<'taken' | 'known' | 'refused'>;
}
