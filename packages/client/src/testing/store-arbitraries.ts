import type { Bytes } from '@sotto/bytes';
import type { RatchetTable } from '@sotto/ratchet';
import fc from 'fast-check';
import type { RoadName } from '../ports/road.ts';
import type {
  ChainState,
  Contact,
  HeldText,
  Message,
  MessageId,
  OutboxEntry,
  ReceiptKind,
  StoreChange,
  StoredFile,
} from '../ports/store.ts';

/** The accounts that occur in arbitrary changes. */
export const CHATS = [`05${'a'.repeat(64)}`, `05${'b'.repeat(64)}`, `05${'c'.repeat(64)}`] as const;

const anyBytes: fc.Arbitrary<Bytes> = fc.uint8Array({ maxLength: 40 }).map((array) => new Uint8Array(array));
const anyKey = fc.constantFrom(...CHATS);
const anyTime = fc.integer({ min: 0, max: 6 });
const anyReceipt = fc.constantFrom<ReceiptKind[]>('delivery', 'read');
const anyId = fc.record({ author: anyKey, device: fc.constantFrom(1, 2), sentAt: anyTime });

/** All IDs that occur. */
export const IDS: readonly MessageId[] = CHATS.flatMap((author) =>
  [1, 2].flatMap((device) => [0, 1, 2, 3, 4, 5, 6].map((sentAt) => ({ author, device, sentAt }))),
);

const anyMessage: fc.Arbitrary<Message> = fc.record(
  {
    id: anyId,
    chat: anyKey,
    direction: fc.constantFrom('in', 'out'),
    kind: fc.constantFrom('text', 'gap'),
    text: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 12 }),
      fc
        .array(fc.constantFrom('Bär', 'bar', '東京', 'سلام', 'x-y'), { maxLength: 3 })
        .map((words) => words.join(' ')),
    ),
    state: fc.constantFrom('queued', 'sent', 'delivered', 'read', 'failed', 'received'),
    road: fc.constantFrom('relay', 'onion'),
    storedOn: anyTime,
    of: anyTime,
    receivedAt: anyTime,
    request: fc.boolean(),
    problem: fc.string({ maxLength: 5 }),
    files: fc.constantFrom(1, 2),
  },
  { requiredKeys: ['id', 'chat', 'direction', 'kind', 'text', 'state', 'request'] },
);

const anyEntry: fc.Arbitrary<OutboxEntry> = fc
  .record({
    to: anyKey,
    kind: fc.constantFrom<OutboxEntry['kind'][]>('message', 'receipt', 'accept', 'list'),
    content: anyBytes,
    timestamp: anyTime,
    urgent: fc.boolean(),
    order: fc.integer({ min: 1, max: 8 }),
    notBefore: anyTime,
    attempts: anyTime,
    encrypted: fc.array(
      fc.record({
        device: fc.constantFrom(1, 2),
        registrationId: anyTime,
        kind: fc.constantFrom<('first' | 'steady')[]>('first', 'steady'),
        bytes: anyBytes,
      }),
      { maxLength: 2 },
    ),
  })
  .map((fields) => ({ ...fields, id: `entry-${fields.order}` }));

const anyContact: fc.Arbitrary<Contact> = fc.record(
  {
    account: anyKey,
    state: fc.constantFrom('request', 'invited', 'accepted', 'blocked'),
    stateBefore: fc.constantFrom('request', 'invited', 'accepted'),
    name: fc.string({ maxLength: 5 }),
    nickname: fc.string({ maxLength: 5 }),
    profileKey: anyBytes,
    knowsProfileKey: fc.boolean(),
    road: fc.constantFrom('auto', 'relay', 'onion'),
    theirRoadAt: anyTime,
    theirRoad: fc.constantFrom('auto', 'relay', 'onion'),
    mailboxes: fc.uniqueArray(
      fc.record({
        device: fc.constantFrom(1, 2, 3),
        registrationId: anyTime,
        address: anyBytes,
        toldAt: anyTime,
      }),
      { maxLength: 3, selector: ({ device }) => device },
    ),
    knowsMailbox: anyBytes,
    record: anyBytes,
    recordCheckedAt: anyTime,
    warning: fc.constantFrom('record-forked', 'record-unproven'),
    verified: fc.boolean(),
    nextCounter: anyTime,
    lastHash: anyBytes,
    addedAt: anyTime,
  },
  {
    requiredKeys: [
      'account',
      'state',
      'knowsProfileKey',
      'road',
      'theirRoad',
      'theirRoadAt',
      'mailboxes',
      'recordCheckedAt',
      'verified',
      'nextCounter',
      'addedAt',
    ],
  },
);

const anyPlace = fc.record({
  account: anyKey,
  device: fc.constantFrom(1, 2),
  chain: fc.constantFrom(55, 56),
});

const anyHeld: fc.Arbitrary<HeldText> = fc
  .record({ place: anyPlace, counter: fc.integer({ min: 1, max: 4 }), sentAt: anyTime, receivedAt: anyTime })
  .chain(({ place, ...rest }) =>
    fc
      .record({ text: fc.string({ maxLength: 5 }), road: fc.constantFrom('relay', 'onion') })
      .map((said): HeldText => ({ ...place, ...rest, ...said })),
  );

const anyChain: fc.Arbitrary<ChainState> = fc
  .record({
    place: anyPlace,
    expected: fc.integer({ min: 1, max: 5 }),
    lastSentAt: fc.option(anyTime, { nil: undefined }),
    gapSince: fc.option(anyTime, { nil: undefined }),
    ahead: fc.array(
      fc.record({ counter: fc.integer({ min: 1, max: 9 }), hash: anyBytes, sentAt: anyTime, at: anyTime }),
      { maxLength: 2 },
    ),
  })
  .map(({ place, expected, ahead, lastSentAt, gapSince }) => ({
    ...place,
    expected,
    ahead,
    ...(lastSentAt === undefined ? {} : { lastSentAt }),
    ...(gapSince === undefined ? {} : { gapSince }),
  }));

/** Files that arbitrary changes speak of. */
export const FILES = ['file-1', 'file-2'] as const;
const anyFileId = fc.constantFrom(...FILES);

const anyFile: fc.Arbitrary<StoredFile> = fc.record(
  {
    id: anyFileId,
    direction: fc.constantFrom('in', 'out'),
    chat: anyKey,
    message: anyId,
    place: fc.integer({ min: 0, max: 2 }),
    name: fc.string({ maxLength: 5 }),
    type: fc.constantFrom('image/png', 'text/plain'),
    size: anyTime,
    width: anyTime,
    height: anyTime,
    state: fc.constantFrom(
      'writing',
      'kept',
      'waiting',
      'stored',
      'unwanted',
      'remote',
      'wanted',
      'here',
      'failed',
    ),
    problem: fc.string({ maxLength: 5 }),
    seed: anyBytes,
    attachment: anyBytes,
    done: anyBytes,
    addedAt: anyTime,
  },
  { requiredKeys: ['id', 'direction', 'place', 'type', 'size', 'state', 'attachment', 'done', 'addedAt'] },
);

/** One change of any kind, over few keys so that changes meet. */
export const anyChange: fc.Arbitrary<StoreChange> = fc.oneof(
  anyContact.map((contact) => ({ kind: 'put-contact' as const, contact })),
  anyKey.map((account) => ({ kind: 'delete-contact' as const, account })),
  anyMessage.map((each) => ({ kind: 'put-message' as const, message: each })),
  anyMessage.map((each) => ({ kind: 'put-message' as const, message: each })),
  anyId.map((each) => ({ kind: 'delete-message' as const, id: each })),
  anyKey.map((chat) => ({ kind: 'delete-chat-messages' as const, chat })),
  anyKey.map((chat) => ({ kind: 'clear-chat' as const, chat })),
  fc
    .record({ chat: anyKey, through: fc.integer({ min: 0, max: 12 }) })
    .map((read) => ({ kind: 'put-read' as const, ...read })),
  fc
    .record({ chat: anyKey, text: fc.string({ maxLength: 3 }) })
    .map((draft) => ({ kind: 'put-draft' as const, ...draft })),
  fc
    .record({
      readReceipts: fc.boolean(),
      typing: fc.boolean(),
      relayAccess: fc.constantFrom('direct', 'onion'),
      screen: fc.string({ maxLength: 3 }),
    })
    .map((preferences) => ({ kind: 'put-preferences' as const, preferences })),
  fc
    .record({ message: anyId, to: anyKey, content: anyBytes })
    .map((failed) => ({ kind: 'put-failed' as const, failed })),
  anyId.map((each) => ({ kind: 'delete-failed' as const, message: each })),
  anyChain.map((chain) => ({ kind: 'put-chain' as const, chain })),
  anyHeld.map((held) => ({ kind: 'put-held' as const, held })),
  anyHeld.map(({ account, device, chain, counter }) => ({
    kind: 'delete-held' as const,
    account,
    device,
    chain,
    counter,
  })),
  anyEntry.map((each) => ({ kind: 'put-outbox' as const, entry: each })),
  anyEntry.map((each) => ({ kind: 'delete-outbox' as const, id: each.id })),
  fc
    .record({ kind: anyReceipt, to: anyKey, message: anyId, dueAt: anyTime })
    .map((receipt) => ({ kind: 'put-receipt' as const, receipt })),
  fc
    .record({ message: anyId, receipt: anyReceipt })
    .map((each) => ({ kind: 'delete-receipt' as const, ...each })),
  anyFile.map((file) => ({ kind: 'put-file' as const, file })),
  anyFileId.map((id) => ({ kind: 'delete-file' as const, id })),
  fc
    .record({ file: anyFileId, chunk: fc.constantFrom(0, 1), data: anyBytes })
    .map((chunk) => ({ kind: 'put-chunk' as const, ...chunk })),
  anyFileId.map((file) => ({ kind: 'delete-chunks' as const, file })),
  anyFileId.map((file) => ({ kind: 'delete-chunks' as const, file, except: 1 })),
  fc
    .record({ road: fc.constantFrom<RoadName[]>('relay', 'onion'), bytes: anyBytes })
    .map((memory) => ({ kind: 'put-road-memory' as const, ...memory })),
  fc
    .record({ mark: fc.constantFrom('m', 'n'), forgetAfter: anyTime })
    .map((seen) => ({ kind: 'put-seen' as const, ...seen })),
  fc
    .record({
      table: fc.constantFrom<RatchetTable[]>('session', 'pre-key', 'kyber-pre-key'),
      key: fc.constantFrom('1', '2'),
      value: fc.option(anyBytes, { nil: null }),
    })
    .map((change) => ({ kind: 'ratchet' as const, change })),
);
