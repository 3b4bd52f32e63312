import type { X25519KeyPair } from '@sotto/crypto';
import type { FairShare, TokenBuckets } from '@sotto/limits';
import type { Mailbox } from '@sotto/mailbox';
import type { RegistrationMode, WorkPurpose } from '@sotto/protocol';
import type { Events } from './events.ts';
import type { DiskWatch } from './operation/disk-watch.ts';
import type { Receipts } from './secrets/receipts.ts';
import type { SenderCertificates } from './secrets/sender-certificates.ts';
import type { Connections } from './socket/connections.ts';
import type { RelayStore } from './store/relay-store.ts';
import type { TurnServers } from './turn/turn-credentials.ts';
import type { Waiters } from './waiters.ts';

/** What every call may use. */
export interface RelayContext {
  readonly registration: RegistrationMode;
  readonly workBits: Readonly<Record<WorkPurpose, number>>;
  readonly store: RelayStore;
  readonly mailbox: Mailbox;
  readonly connections: Connections;
  readonly waiters: Waiters;
  readonly receipts: Receipts;
  readonly certificates: SenderCertificates;
  /** What requests through the onion network are encrypted to. */
  readonly onionKeys: X25519KeyPair;
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

/** Numbers as in signal-service §2.7 where it has them. */
export interface Limits {
  /** Per pair of sender and recipient, identified calls only. */
  readonly preKeys: TokenBuckets;
  readonly messages: TokenBuckets;
  /** Per account. */
  readonly callingRelays: TokenBuckets;
  /** Per account: codes to link devices by, devices that try to be linked, and waiting for them. */
  readonly linkCodes: TokenBuckets;
  readonly links: TokenBuckets;
  readonly linkWaits: TokenBuckets;
  /** Handing history over: per account, and waiting for it per device. */
  readonly archives: TokenBuckets;
  readonly archiveWaits: TokenBuckets;
  /** Bringing an account to a new device: per address, waiting per address, and all of them together. */
  readonly restores: TokenBuckets;
  readonly restoreWaits: TokenBuckets;
  readonly allRestores: TokenBuckets;
}
