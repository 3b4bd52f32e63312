import type { Bytes } from '@sotto/bytes';
import type { Access, IncomingEnvelope, PublishedPreKeys, Road } from '../ports/road.ts';
import type { AccountKey } from '../ports/store.ts';

export type RoadOperation =
  | 'enrol'
  | 'publish-record'
  | 'publish-pre-keys'
  | 'count-pre-keys'
  | 'fetch-record'
  | 'fetch-pre-keys'
  | 'deliver'
  | 'leave'
  | 'collect';

/** What happens to one request on its way. */
export type Fate =
  | 'arrives'
  /** Nothing reaches the other end. */
  | 'lost'
  /** It is done, and the answer is lost. */
  | 'answer-lost';

/** One account as the other end of the road keeps it. */
export interface KeptAccount {
  recoveryPassword: Bytes;
  accessKey: Bytes;
  device: number;
  registrationId: number;
  keys: PublishedPreKeys;
  record: Bytes | undefined;
  /** Not yet acknowledged, oldest first. */
  queue: IncomingEnvelope[];
}

/** A relay in memory, for tests: everything the port promises and every way it may fail. */
export interface MemoryNetwork {
  /** A road of its own for one client. */
  makeRoad(): Road;
  readonly accounts: Map<AccountKey, KeptAccount>;
  /** Decides about every request; may wait, to order them. */
  fate: (operation: RoadOperation) => Fate | Promise<Fate>;
  /** How often an envelope is handed over twice, 0 to 1 of 256. */
  duplicates: number;
  /** What was delivered, in order of acceptance. */
  readonly delivered: {
    readonly to: AccountKey;
    readonly access: Access['kind'];
    readonly urgent: boolean;
  }[];
  /** Every road of the account falls silent, as when its process is killed. */
  kill(account: AccountKey): void;
  /** Put bytes into a mailbox as an attacker would. */
  inject(to: AccountKey, sealed: Bytes): void;
}
