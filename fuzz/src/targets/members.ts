import { utf8 } from '@sotto/bytes';
import { messageHashText } from '@sotto/protocol';
import {
  decodeFates,
  decodeIdsReply,
  decodeItem,
  decodeItemsReply,
  decodeSummaryReply,
  decodeSyncRequest,
  encodeFates,
  encodeIdsReply,
  encodeItem,
  encodeItemsReply,
  encodeSummaryReply,
  encodeSyncRequest,
  judgeItem,
  type SyncItem,
  type SyncRequest,
} from '@sotto/storage-node/testing';
import { Broken, type Target } from '../target.ts';
import { counted, mustBeExact } from './kit.ts';

const time = 1_790_000_000_000;
const mailbox = new Uint8Array([3, ...counted(32)]);
const ids = [counted(16), counted(16, 2)];
const asked = { kind: 'ids', buckets: [0, 16, 4095], after: undefined } as const;

const items: readonly SyncItem[] = [
  {
    ...{ kind: 'message', mailbox, namespace: 40, data: counted(90), signedAt: 0 },
    ...{ timestamp: time, baseExpiry: time + 86_400_000, storedAt: time },
  },
  {
    ...{ kind: 'message', mailbox, namespace: -41, data: counted(3), signedAt: time },
    ...{ timestamp: time, baseExpiry: time + 86_400_000, storedAt: time },
    evidence: {
      ...{ signature: counted(64), ed25519: counted(32) },
      subaccount: { token: counted(36), signature: counted(64, 2) },
    },
  },
  {
    ...{ kind: 'operation', at: time },
    text: utf8(
      JSON.stringify({
        method: 'delete',
        params: {
          pubkey: '03'.repeat(33),
          messages: [messageHashText(counted(32))],
          signature: 'A'.repeat(86),
        },
      }),
    ),
  },
];
const requests: readonly SyncRequest[] = [
  { kind: 'summary', root: counted(32) },
  { kind: 'ids', buckets: [0, 1, 4095], after: counted(16) },
  asked,
  { kind: 'items', ids },
  { kind: 'offer', ids },
  { kind: 'give', items: items.map(encodeItem) },
];

/** What members of a swarm read of each other when one of them looks for what it lacks. */
export const memberTargets: readonly Target[] = [
  {
    name: 'sync-request',
    covers: ['packages/storage-node/src/sync/sync-wire.ts', 'packages/storage-node/src/sync/sync-id.ts'],
    form: 'bencode',
    refuses: [],
    open: () => ({
      seeds: requests.map(encodeSyncRequest),
      read: (input) => {
        const request = decodeSyncRequest(input);
        return request === undefined ? 'refused' : mustBeExact(input, encodeSyncRequest(request));
      },
    }),
  },
  {
    name: 'sync-answer',
    covers: ['packages/storage-node/src/sync/sync-wire.ts'],
    form: 'bencode',
    refuses: [],
    open: () => ({
      seeds: [
        encodeSummaryReply(undefined),
        encodeIdsReply({
          ids: [Uint8Array.of(0, 1, ...counted(14)), Uint8Array.of(1, 0, ...counted(14))],
          more: true,
        }),
        encodeItemsReply([counted(40), undefined]),
        encodeFates([0, 1]),
      ],
      read: (input) => {
        const summary = decodeSummaryReply(input);
        if (summary?.same === true) return mustBeExact(input, encodeSummaryReply(undefined));
        const listed = decodeIdsReply(input, asked);
        if (listed !== undefined) return mustBeExact(input, encodeIdsReply(listed));
        const fates = decodeFates(input, 2);
        if (fates !== undefined) return mustBeExact(input, encodeFates(fates));
        const given = decodeItemsReply(input, 2);
        return given === undefined ? 'refused' : mustBeExact(input, encodeItemsReply(given));
      },
    }),
  },
  {
    name: 'sync-item',
    covers: [
      'packages/storage-node/src/sync/sync-item.ts',
      'packages/storage-node/src/sync/judge-item.ts',
      'packages/storage-node/src/rpc/judge-remembered.ts',
      'packages/storage-node/src/store/operation.ts',
    ],
    form: 'bencode',
    refuses: [],
    slow: true,
    open: () => ({
      seeds: items.map(encodeItem),
      read: (input) => {
        const context = { isOurs: () => true, revokedSince: () => undefined, now: time };
        const judged = judgeItem(context, input);
        if (judged.kind === 'message' && judged.proven && judged.message.signedAt !== 0) {
          throw new Broken('a store that nobody has signed');
        }
        if (judged.kind === 'operation') throw new Broken('an operation that nobody has signed');
        const item = decodeItem(input);
        return item === undefined ? 'refused' : mustBeExact(input, encodeItem(item));
      },
    }),
  },
];
