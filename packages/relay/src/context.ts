import type { X25519KeyPair } from '@sotto/crypto';
import type { FairShare, TokenBuckets } from '@sotto/limits';
import type { Mailbox } from '@sotto/mailbox';
import type { RegistrationMode, WorkPurpose } from '@sotto/protocol';
import type { Events } from './events.ts';
import type { AddressBuckets } from './limits/address-buckets.ts';
import type { DiskWatch } from './operation/disk-watch.ts';
import type { HashNumber } from './secrets/hash-number.ts';
import type { Receipts } from './secrets/receipts.ts';
import type { SenderCertificates } from './secrets/sender-certificates.ts';
import type { CodeSender } from './sms/code-sender.ts';
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
  /** What requests through the onion network are encrypted to. */
  readonly onionKeys: X25519KeyPair;
  readonly hashNumber: HashNumber;
  /** Where phone numbers register, and nowhere else. */
  readonly codeSender?: CodeSender;
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
  /** Verification sessions that are begun: by address, and all together. */
  readonly sessionsFrom: AddressBuckets;
  readonly sessions: TokenBuckets;
  /** Codes that are sent: to a number, and all together. Every code is five guesses. */
  readonly codesTo: TokenBuckets;
  readonly codes: TokenBuckets;
  /** By number: registrations with it, and tries at its registration lock. */
  readonly registrations: TokenBuckets;
  readonly lockTries: TokenBuckets;
}
