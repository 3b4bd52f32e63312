import type { Bytes } from '@sotto/bytes';
import type { RelayAddress } from '@sotto/identity';
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
  | 'store-chunk'
  | 'fetch-chunk'
  | 'remove-chunks'
  | 'leave'
  | 'collect';

/** What happens to one request on its way. */
export type Fate =
  | 'arrives'
  /** Nothing reaches the other end. */
  | 'lost'
  /** It is done, and the answer is lost. */
  | 'answer-lost'
  /** Nothing reaches the other end, and nobody says so for half a minute. */
  | 'silent'
  /** It is done, and nobody says so for half a minute. */
  | 'answer-silent';

/** One request that a client made, whatever became of it. */
export interface Asked {
  readonly operation: RoadOperation;
  /** The client's account, once its road has started. */
  readonly by?: AccountKey;
  /** Whose record, keys or mailbox it is about. */
  readonly about?: AccountKey;
  /** It came through the onion network, and not on a connection of the client's. */
  readonly afar?: true;
}

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
  /** Every delivery is refused with this status. */
  refuses: number | undefined;
  /** How often an envelope is handed over twice, 0 to 1 of 256. */
  duplicates: number;
  /** What was delivered, in order of acceptance. */
  readonly delivered: {
    readonly to: AccountKey;
    readonly access: Access['kind'];
    readonly urgent: boolean;
    readonly fleeting?: boolean;
    /** Relays that the sender named. */
    readonly relays: readonly RelayAddress[];
  }[];
  /** Every request since the beginning. */
  readonly asked: Asked[];
  /** What the relay says of its own address; it says nothing at first. */
  address: RelayAddress | undefined;
  /** Every connection breaks and nothing is answered, until it is up again. */
  setDown(down: boolean): void;
  /** Every road of the account falls silent, as when its process is killed. */
  kill(account: AccountKey): void;
  /** Put bytes into a mailbox as an attacker would. */
  inject(to: AccountKey, sealed: Bytes): void;
}

/** A swarm in memory, for tests: boxes that anybody may write to, and records that anybody may read. */
export interface MemoryOnion {
  /** A road of its own for one client. */
  makeRoad(): Road;
  readonly records: Map<AccountKey, Bytes>;
  /** What lies in each box, oldest first, by `request <account>` or `contact <address in hex>`. */
  readonly boxes: Map<string, IncomingEnvelope[]>;
  fate: MemoryNetwork['fate'];
  refuses: MemoryNetwork['refuses'];
  /** So many members of the swarm take a message, which is too few. */
  partly: { readonly storedOn: number; readonly of: number } | undefined;
  /** Chunks of files, by `mailbox namespace` in hex and decimal. */
  readonly chunks: Map<string, Bytes>;
  /** The number of the list that an account goes by. Whoever is not here goes by one that nobody has signed. */
  readonly lists: Map<AccountKey, number>;
  /** How long a list is. */
  listBytes: number;
  /** The lists that accounts were given, in order. */
  readonly given: { readonly to: AccountKey; readonly sequence: number }[];
  /** The boxes that messages were put into, in order; one that lay there already is not named again. */
  readonly delivered: { readonly to: AccountKey; readonly access: Access['kind']; readonly box: string }[];
  readonly asked: Asked[];
  setDown(down: boolean): void;
  kill(account: AccountKey): void;
  /** Put bytes into a box as anybody may. */
  inject(box: string, sealed: Bytes): void;
}
