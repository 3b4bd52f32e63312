import type { Bytes } from '@sotto/bytes';
import type {
  AccountState,
  ChainState,
  Contact,
  HeldText,
  Message,
  MessageId,
  OutboxEntry,
} from '../ports/store.ts';
import { CHATS } from './store-arbitraries.ts';

export const ALICE = CHATS[0];
export const BOB = CHATS[1];
export const bytes = (length: number, fill: number): Bytes => new Uint8Array(length).fill(fill);
export const id = (sentAt: number, author = ALICE): MessageId => ({ author, device: 1, sentAt });

export const ACCOUNT: AccountState = {
  account: ALICE,
  name: 'Ada 🦉',
  seed: bytes(32, 1),
  identitySecret: bytes(64, 2),
  device: 1,
  registrationId: 77,
  deviceSecret: bytes(64, 3),
  certificate: bytes(200, 4),
  serverCertificate: bytes(80, 5),
  certificateSignature: bytes(64, 6),
  profileKey: bytes(32, 7),
  record: bytes(3_000, 8),
  recordPending: true,
  network: 'network text',
  credentials: { relay: bytes(50, 9) },
  lastSentAt: 1_800_000_000_000,
  receivedThrough: 0,
};

export const CONTACT: Contact = {
  account: BOB,
  state: 'request',
  knowsProfileKey: false,
  road: 'auto',
  theirRoad: 'auto',
  theirRoadAt: 0,
  mailboxes: [],
  recordCheckedAt: 0,
  verified: false,
  nextCounter: 1,
  addedAt: 5,
};

export const FULL_CONTACT: Contact = {
  ...CONTACT,
  state: 'blocked',
  stateBefore: 'accepted',
  name: 'Bob',
  nickname: 'Bobby',
  profileKey: bytes(32, 1),
  knowsProfileKey: true,
  road: 'onion',
  theirRoad: 'relay',
  theirRoadAt: 1_800_000_000_001,
  mailboxes: [
    { device: 2, registrationId: 9, address: bytes(33, 3), toldAt: 8 },
    { device: 1, registrationId: 7, address: bytes(33, 4), toldAt: 1_800_000_000_000 },
  ],
  knowsMailbox: bytes(33, 5),
  record: bytes(2_000, 2),
  recordCheckedAt: 1_800_000_000_000,
  warning: 'record-forked',
  refusedRecord: bytes(32, 4),
  verified: true,
  nextCounter: 900,
  lastHash: bytes(32, 3),
};

export const message = (sentAt: number, more: Partial<Message> = {}): Message => ({
  id: id(sentAt, BOB),
  chat: BOB,
  direction: 'in',
  kind: 'text',
  text: `text ${sentAt}`,
  state: 'received',
  request: false,
  ...more,
});

export const entry = (order: number, more: Partial<OutboxEntry> = {}): OutboxEntry => ({
  id: `entry-${order}`,
  kind: 'message',
  to: BOB,
  message: id(order),
  content: bytes(100, order % 256),
  timestamp: 1_800_000_000_000 + order,
  urgent: true,
  order,
  notBefore: 0,
  attempts: 0,
  encrypted: [],
  ...more,
});

export const chain = (more: Partial<ChainState> = {}): ChainState => ({
  account: BOB,
  device: 1,
  chain: 55,
  expected: 4,
  ahead: [],
  ...more,
});

export const held = (counter: number, more: Partial<HeldText> = {}): HeldText => ({
  account: BOB,
  device: 1,
  chain: 55,
  counter,
  sentAt: 1_800_000_000_000 + counter,
  text: `held ${counter}`,
  road: 'onion',
  receivedAt: 9,
  ...more,
});
