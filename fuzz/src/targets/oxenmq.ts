import {
  BytesError,
  concatBytes,
  decodeBencoded,
  decodeBencodedList,
  encodeBencoded,
  encodeBencodedList,
  utf8,
} from '@sotto/bytes';
import { readMessage } from '@sotto/oxenmq';
import { decodeRpc, ProtocolError } from '@sotto/protocol';
import {
  decodeOnionDict,
  encodeOnionDict,
  readBatch,
  readBtReply,
  readRpc,
  readSubscription,
  writeBtParams,
  writeBtReply,
} from '@sotto/storage-node/testing';
import type { Target } from '../target.ts';
import { counted, filled, mustBeStable } from './kit.ts';

const NOW = 1_700_000_000_000;
const WORDS = [
  'REPLY',
  'HI',
  'HELLO',
  'BYE',
  'FORBIDDEN_SN',
  'sn.onion_request',
  'pubkey',
  'signature',
  'data',
];

/** What nodes of other makes and clients send over OxenMQ. */
export const oxenMqTargets: readonly Target[] = [
  {
    name: 'omq-message',
    covers: ['packages/oxenmq/src/read-message.ts'],
    form: 'bencode',
    refuses: [BytesError],
    words: WORDS,
    open: () => ({
      // The frames of a message are not bytes in a row; here a list of byte strings stands for them.
      seeds: [
        [utf8('HI')],
        [utf8('REPLY'), counted(15), utf8('200'), counted(40)],
        [utf8('FORBIDDEN_SN'), utf8('REPLY'), counted(15)],
        [utf8('sn.ping'), counted(15)],
      ].map(encodeBencodedList),
      read: (input) => (readMessage(decodeBencodedList(input, 40)).kind === 'noise' ? 'refused' : 'taken'),
    }),
  },
  {
    name: 'omq-onion',
    covers: ['packages/storage-node/src/omq/onion-dict.ts'],
    form: 'bencode',
    refuses: [BytesError, ProtocolError],
    words: ['enc_type', 'ephemeral_key', 'hop_no', 'aes-gcm'],
    open: () => ({
      seeds: [
        {
          ciphertext: counted(60),
          ephemeralKey: counted(32),
          encryption: 'xchacha20' as const,
          hopNumber: 3,
        },
        { ciphertext: filled(0), ephemeralKey: counted(32), encryption: 'aes-gcm' as const, hopNumber: 1 },
      ].map(encodeOnionDict),
      read: (input) => mustBeStable(decodeOnionDict(input), encodeOnionDict, decodeOnionDict),
    }),
  },
  {
    name: 'omq-rpc',
    covers: ['packages/storage-node/src/omq/bt-rpc.ts', 'packages/storage-node/src/omq/serve-client.ts'],
    form: 'bencode',
    refuses: [BytesError, ProtocolError],
    words: WORDS,
    open: () => ({
      seeds: [
        writeBtParams({ pubkey: '05'.repeat(33), namespace: 40, data: 'AAAA', timestamp: NOW, ttl: 60_000 }),
        writeBtParams({ pubkey: '05'.repeat(33), messages: ['a'.repeat(43)], required: true }),
        utf8('{"pubkey":"05","namespace":-41}'),
      ],
      read: (input) => {
        decodeRpc(readRpc('store', input));
        return 'taken';
      },
    }),
  },
  {
    name: 'omq-entry',
    covers: ['packages/storage-node/src/omq/bt-rpc.ts', 'packages/storage-node/src/omq/ask-original.ts'],
    form: 'bencode',
    refuses: [BytesError],
    words: WORDS,
    open: () => ({
      seeds: [
        writeBtReply({ hash: 'a'.repeat(43), signature: 'AAAA', expiry: NOW, already: true }),
        writeBtReply({ deleted: ['a'.repeat(43)], failed: true, code: 401 }),
      ],
      read: (input) => {
        readBtReply(input);
        return 'taken';
      },
    }),
  },
  {
    name: 'omq-push',
    covers: ['packages/storage-node/src/omq/take-batch.ts'],
    form: 'bencode',
    refuses: [BytesError],
    open: () => ({
      seeds: [
        [],
        [[counted(33), 'a'.repeat(43), NOW, NOW + 60_000, counted(90)]],
        [[counted(33), 'a'.repeat(43), NOW, NOW + 60_000, filled(0)], 'x', [1]],
      ].map((items) => concatBytes(Uint8Array.of(1), encodeBencoded(items))),
      read: (input) => (readBatch(input).length === 0 ? 'refused' : 'taken'),
    }),
  },
  {
    name: 'omq-monitor',
    covers: [
      'packages/storage-node/src/omq/read-subscription.ts',
      'packages/storage-node/src/omq/subscribe.ts',
    ],
    form: 'bencode',
    refuses: [BytesError],
    open: () => ({
      seeds: [
        { p: counted(33), n: [0, 40], s: counted(64), t: NOW / 1000, d: 1 },
        { P: counted(32), n: [-10], s: counted(64), t: NOW / 1000, S: counted(64), T: counted(36) },
      ].map(encodeBencoded),
      read: (input) => {
        const read = readSubscription(decodeBencoded(input, { depth: 3, values: 400 }), NOW);
        return 'errcode' in read ? 'refused' : 'taken';
      },
    }),
  },
];
