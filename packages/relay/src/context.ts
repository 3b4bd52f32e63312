import type { X25519KeyPair } from '@sotto/crypto';
import type { FairShare, TokenBuckets } from '@sotto/limits';
import type { Mailbox } from '@sotto/mailbox';
import type { RegistrationMode, WorkPurpose } from '@sotto/protocol';
import type { Avatars } from './calls/profiles/avatars.ts';
import type { Events } from './events.ts';
import type { AddressBuckets } from './limits/address-buckets.ts';
import type { DiskWatch } from './operation/disk-watch.ts';
import type { Credentials } from './secrets/credentials.ts';
import type { Receipts } from './secrets/receipts.ts';
import type { SenderCertificates } from './secrets/sender-certificates.ts';
import type { Connections } from './socket/connections.ts';
import type { RelayStore } from './store/relay-store.ts';
import type { TurnServers } from './turn/turn-credentials.ts';

/** What every call may use. */
export interface RelayContext {
  readonly registration: RegistrationMode;
  readonly workBits: Readonly<Record<WorkPurpose, number>>;
  readonly store: RelayStore;
  readonly mailbox: Mailbox;
  readonly connections: Connections;
  readonly receipts: Receipts;
  readonly certificates: SenderCertificates;
  readonly credentials: Credentials;
  /** What requests through the onion network are encrypted to. */
  readonly onionKeys: X25519KeyPair;
  /** Where pictures of profiles are; absent where there is no room for files. */
  readonly avatars?: Avatars;
  readonly limits: Limits;
  /** Places for requests that are being answered. */
  readonly underWay: FairShare;
  /** Where calls that cannot be direct go. */
  readonly turn?: TurnServers;
  readonly disk: DiskWatch;
  readonly events: Events;
  /** Milliseconds. */
  now(): number;
}

/** Signal's numbers (signal-service §2.7). */
export interface Limits {
  /** Per pair of sender and recipient, identified calls only. */
  readonly preKeys: TokenBuckets;
  readonly messages: TokenBuckets;
  /** Per account that calls. */
  readonly callingRelays: TokenBuckets;
  readonly profile: TokenBuckets;
  readonly usernameReserve: TokenBuckets;
  readonly usernameSet: TokenBuckets;
  readonly usernameLinkOperation: TokenBuckets;
  /** Signal has none: issuing for a week takes some 30 ms in which nobody else is answered. */
  readonly groupCredentials: TokenBuckets;
  /** Per account that somebody wants to register. */
  readonly registrationLock: TokenBuckets;
  /** Per address. */
  readonly usernameLookup: AddressBuckets;
  readonly usernameLinkLookup: AddressBuckets;
  readonly identityCheck: AddressBuckets;
}
