import type { Bytes } from '@sotto/bytes';
import type { RoadName } from '../ports/road.ts';
import type { AccountKey, AccountState } from '../ports/store.ts';

/** A decrypted content and where it came from. */
export interface Arrival {
  readonly own: AccountState;
  readonly from: AccountKey;
  readonly device: number;
  /** Of the installation that sent it, as its record and the ratchet say. */
  readonly registrationId: number;
  /** The record that vouched for the sender; a new contact pins it. */
  readonly record: Bytes;
  readonly road: RoadName;
  readonly serverTime: number;
  readonly plaintext: Bytes;
}
