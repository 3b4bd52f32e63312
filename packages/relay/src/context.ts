import type { X25519KeyPair } from '@sotto/crypto';
import type { FairShare } from '@sotto/limits';
import type { Mailbox, OnlineMail } from '@sotto/mailbox';
import type { DiskWatch } from '@sotto/operation';
import type { RegistrationMode, WorkPurpose } from '@sotto/protocol';
import type { RelayBlobs } from './blobs/relay-blobs.ts';
import type { Avatars } from './calls/profiles/avatars.ts';
import type { RemoteConfigReply } from './create-remote-config.ts';
import type { Events } from './events.ts';
import type { ClientAddresses } from './http/client-addresses.ts';
import type { Limits } from './limits/limits.ts';
import type { NewRecipients } from './limits/new-recipients.ts';
import type { Credentials } from './secrets/credentials.ts';
import type { GroupSendTokens } from './secrets/group-send-tokens.ts';
import type { HashNumber } from './secrets/hash-number.ts';
import type { Receipts } from './secrets/receipts.ts';
import type { SenderCertificates } from './secrets/sender-certificates.ts';
import type { LookAround } from './shared/look-around.ts';
import type { CodeSender } from './sms/code-sender.ts';
import type { Connections } from './socket/connections.ts';
import type { RelayStore } from './store/relay-store.ts';
import type { TurnServers } from './turn/turn-credentials.ts';
import type { TurnUser } from './turn/turn-user.ts';
import type { Waiters } from './waiters.ts';

/** What every call may use. */
export interface RelayContext {
  readonly registration: RegistrationMode;
  /** What the operator sets for clients of Signal's make. */
  readonly remoteConfig: RemoteConfigReply;
  readonly workBits: Readonly<Record<WorkPurpose, number>>;
  readonly store: RelayStore;
  readonly mailbox: Mailbox;
  /** Mail for whoever is connected now or in a moment. */
  readonly onlineMail: OnlineMail;
  readonly connections: Connections;
  readonly waiters: Waiters;
  readonly receipts: Receipts;
  readonly certificates: SenderCertificates;
  readonly groupSendTokens: GroupSendTokens;
  readonly credentials: Credentials;
  /** What requests through the onion network are encrypted to. */
  readonly onionKeys: X25519KeyPair;
  /** Room for files, and the pictures of profiles among them; absent where there is none. */
  readonly blobs?: RelayBlobs;
  readonly avatars?: Avatars;
  readonly hashNumber: HashNumber;
  /** Where phone numbers register, and nowhere else. */
  readonly codeSender?: CodeSender;
  /** So many codes are sent in an hour at most. */
  readonly codesPerHour: number;
  /** Sessions of numbers for which a code is being written down. */
  readonly codesUnderWay: Set<string>;
  readonly limits: Limits;
  readonly newRecipients: NewRecipients;
  readonly addresses: ClientAddresses;
  /** Places for requests that are being answered. */
  readonly underWay: FairShare;
  /** Where calls that cannot be direct go. */
  readonly turn?: TurnServers;
  readonly turnUser: TurnUser;
  /** Other processes of this relay, when there may be some. */
  readonly others?: LookAround;
  readonly disk: DiskWatch;
  readonly events: Events;
  /** Milliseconds. */
  now(): number;
}
