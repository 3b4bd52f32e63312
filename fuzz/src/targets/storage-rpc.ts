import { asBytes, equalBytes, toBase64, toHex, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, ed25519Sign } from '@sotto/crypto';
import {
  type ClientRequest,
  decodeForwarded,
  decodeRpc,
  decodeSubaccountToken,
  deleteText,
  formatClientRequest,
  formatForwarded,
  formatJson,
  MIN_TIMESTAMP,
  messageHashText,
  ProtocolError,
  parseBatchReply,
  parseDeleteReply,
  parseDirectoryReply,
  parseExpireReply,
  parseExpiriesReply,
  parseInfoReply,
  parseJson,
  parseRetrieveReply,
  parseStoreReply,
  parseSwarmReply,
  type SingleRequest,
} from '@sotto/protocol';
import { judgeOperation } from '@sotto/storage-node/testing';
import { Broken, type Target } from '../target.ts';
import { bodyTarget, counted, mustBeStable } from './kit.ts';

const REQUESTS = [
  'packages/protocol/src/storage/parse-request.ts',
  'packages/protocol/src/storage/request-fields.ts',
  'packages/protocol/src/storage/request-bodies.ts',
  'packages/protocol/src/storage/scope-bodies.ts',
  'packages/protocol/src/storage/request-auth.ts',
];
const REPLIES = ['packages/protocol/src/storage/replies.ts', 'packages/protocol/src/storage/reply-schema.ts'];
const SWARM = [
  'packages/protocol/src/storage/swarm-replies.ts',
  'packages/protocol/src/storage/reply-schema.ts',
];

const person = counted(33, 5);
const group = new Uint8Array([3, ...counted(32)]);
const hash = messageHashText(counted(32));
const auth = { signature: counted(64), subaccount: { token: counted(36), signature: counted(64, 2) } };
const signed = { signature: counted(64), ed25519: counted(32), signedAt: 1_790_000_000_000 };
const time = 1_790_000_000_000;

const single: readonly SingleRequest[] = [
  {
    method: 'store',
    mailbox: group,
    namespace: 40,
    data: counted(90),
    timestamp: time,
    expiry: time + 1,
    auth: { ...auth, signedAt: time },
  },
  {
    method: 'store',
    mailbox: person,
    namespace: 0,
    data: counted(3),
    timestamp: time,
    expiry: time + 86_400_000,
  },
  { method: 'retrieve', mailbox: person, namespace: 0 },
  {
    method: 'retrieve',
    mailbox: person,
    namespace: -41,
    lastHash: hash,
    maxCount: 7,
    maxSize: -8,
    wait: 20_000,
    auth: signed,
  },
  {
    method: 'delete',
    mailbox: person,
    hashes: [hash, hash],
    required: true,
    auth: { signature: counted(64), ed25519: counted(32) },
  },
  { method: 'expire', mailbox: group, mode: 'extend', hashes: [hash], expiries: [time], auth },
  {
    ...{ method: 'delete_all', mailbox: group, namespace: 'all' },
    auth: { ...auth, signedAt: time },
  },
  { method: 'delete_before', mailbox: group, namespace: -41, before: time, auth },
  { method: 'expire_all', mailbox: group, namespace: 42, expiry: time, auth },
  { method: 'revoke_subaccount', mailbox: person, tokens: [counted(36), counted(36, 2)], auth: signed },
  { method: 'unrevoke_subaccount', mailbox: person, tokens: [counted(36)], auth: signed },
  { method: 'get_expiries', mailbox: group, hashes: [hash], auth: { ...auth, signedAt: time } },
  { method: 'get_swarm', mailbox: person },
  { method: 'info' },
  { method: 'sotto_directory' },
  { method: 'oxend_request', endpoint: 'get_service_nodes', params: { active_only: true } },
];
const requests: readonly ClientRequest[] = [
  ...single,
  { method: 'batch', requests: single },
  { method: 'sequence', requests: single.slice(0, 2) },
  {
    method: 'ifelse',
    condition: { hardforkAtLeast: [19, 4], versionBefore: [3, 0, 0], heightBefore: 9 },
    whenTrue: { method: 'batch', requests: single.slice(0, 2) },
    whenFalse: { method: 'ifelse', condition: { heightAtLeast: 1 }, whenTrue: { method: 'info' } },
  },
];
const owner = ed25519KeyPair(counted(32));
const said = { mailbox: asBytes(new Uint8Array([3, ...owner.publicKey])), hashes: [hash], required: false };
/** What members remember of what owners have asked for: one that is signed, and others. */
const remembered: readonly SingleRequest[] = [
  { method: 'delete', ...said, auth: { signature: ed25519Sign(owner.secretKey, deleteText([hash])) } },
  ...single.filter((one) => 'auth' in one && one.method !== 'store'),
];

const node = toHex(counted(32, 9));
const signature = toBase64(counted(64));
const failed = { failed: true, timeout: true };

/** What a storage node reads of strangers, and what clients read of storage nodes. */
export const storageTargets: readonly Target[] = [
  {
    name: 'storage-request',
    covers: ['packages/protocol/src/json.ts', ...REQUESTS],
    form: 'json',
    refuses: [ProtocolError],
    words: [
      'pubkey',
      'pubKey',
      'pubkey_ed25519',
      'subaccount',
      'subaccount_sig',
      'sig_timestamp',
      'ttl',
      'expiry',
      'shorten',
      'extend',
      'namespace',
      'batch',
      'sequence',
      'ifelse',
      'hf_at_least',
      'v_before',
      'height_before',
      'then',
      'else',
      'revoke',
      'unrevoke',
      'all',
      'before',
    ],
    open: () => ({
      seeds: [
        ...requests.map(formatClientRequest),
        utf8(
          `{"method":"store","params":{"pubKey":"${toHex(person)}","ttl":"86400000","timestamp":"${time}","data":"AAA"}}\0\0`,
        ),
      ],
      read: (input) => {
        const request = decodeRpc(input);
        return hasOddTime(request) ? 'taken' : mustBeStable(request, formatClientRequest, decodeRpc);
      },
    }),
  },
  {
    name: 'storage-forwarded',
    covers: ['packages/protocol/src/storage/parse-request.ts'],
    form: 'json',
    refuses: [ProtocolError],
    words: ['at', '"at":1790000000000'],
    open: () => ({
      seeds: [...single.map((one) => formatForwarded(one, time)), ...requests.map(formatClientRequest)],
      read: (input) => {
        const { at } = decodeForwarded(input);
        if (at !== undefined && !(Number.isSafeInteger(at) && at >= 0))
          throw new Broken('a time that is none');
        return 'taken';
      },
    }),
  },
  {
    name: 'remembered-operation',
    covers: [
      'packages/storage-node/src/rpc/judge-remembered.ts',
      'packages/storage-node/src/store/operation.ts',
    ],
    form: 'json',
    refuses: [],
    open: () => ({
      seeds: remembered.map(formatClientRequest),
      read: (input) => {
        const request = new TextDecoder().decode(input);
        const operation = judgeOperation({ request, at: time }, () => undefined);
        if (operation === undefined) return 'refused';
        if (operation.text !== request || !equalBytes(operation.mailbox, said.mailbox)) {
          throw new Broken('an operation that nobody has signed');
        }
        return 'taken';
      },
    }),
  },
  bodyTarget({
    name: 'storage-reply-retrieve',
    covers: REPLIES,
    seeds: [
      {
        messages: [{ hash, timestamp: time, expiration: time, data: toBase64(counted(80)) }],
        more: true,
        t: time,
      },
      { messages: [{ hash, timestamp: time, expiration: time, data: '=' }] },
    ],
    parse: parseRetrieveReply,
  }),
  bodyTarget({
    name: 'storage-reply-swarm',
    covers: REPLIES,
    seeds: [
      {
        swarm: 'fffffffffffffffe',
        snodes: [
          {
            ip: '127.0.0.1',
            port_https: 22021,
            port_omq: 0,
            pubkey_ed25519: node,
            pubkey_x25519: node.toUpperCase(),
          },
        ],
        t: time,
      },
    ],
    parse: parseSwarmReply,
  }),
  bodyTarget({
    name: 'storage-reply-batch',
    covers: REPLIES,
    seeds: [
      {
        results: [
          { code: 200, body: {} },
          { code: 421, body: 'x' },
        ],
      },
    ],
    parse: parseBatchReply,
  }),
  bodyTarget({
    name: 'storage-reply-info',
    covers: REPLIES,
    seeds: [{ version: [2, 6, 2], timestamp: time, t: time }],
    parse: parseInfoReply,
  }),
  bodyTarget({
    name: 'storage-reply-expiries',
    covers: REPLIES,
    seeds: [{ expiries: { [hash]: time } }],
    parse: parseExpiriesReply,
  }),
  bodyTarget({
    name: 'storage-reply-directory',
    covers: REPLIES,
    seeds: [{ list: toBase64(counted(300)), t: time }],
    parse: parseDirectoryReply,
  }),
  bodyTarget({
    name: 'storage-reply-store',
    covers: SWARM,
    seeds: [
      {
        hash,
        swarm: {
          [node]: { hash, signature, already: 1 },
          [node.replaceAll('0', 'a')]: failed,
          ['ab'.repeat(32)]: { failed: 1, code: '503' },
        },
        t: time,
      },
    ],
    parse: parseStoreReply,
    words: ['failed', 'timeout', 'code', 'already', '__proto__'],
  }),
  bodyTarget({
    name: 'storage-reply-delete',
    covers: SWARM,
    seeds: [{ swarm: { [node]: { deleted: [hash], signature }, ['cd'.repeat(32)]: failed } }],
    parse: parseDeleteReply,
  }),
  bodyTarget({
    name: 'storage-reply-expire',
    covers: SWARM,
    seeds: [
      {
        swarm: {
          [node]: { updated: [hash], expiry: time, unchanged: { [hash]: time }, signature },
          ['ef'.repeat(32)]: { updated: [hash, hash], expiry: [time, 1], signature },
        },
      },
    ],
    parse: parseExpireReply,
  }),
  {
    name: 'subaccount-token',
    covers: ['packages/protocol/src/storage/subaccount.ts'],
    form: 'bytes',
    refuses: [ProtocolError],
    open: () => ({
      seeds: [counted(36, 3)],
      read: (input) => {
        const { ed25519 } = decodeSubaccountToken(input);
        if (ed25519.length !== 32) throw new Broken('a key of another length');
        return 'taken';
      },
    }),
  },
  {
    name: 'json',
    covers: ['packages/protocol/src/json.ts'],
    form: 'json',
    refuses: [ProtocolError],
    words: ['[[[[[[[[[[[[[[[[', ']]]]]]]]]]]]]]]]', '\\u', '"\\"', '{"a":'],
    open: () => ({
      seeds: [{}, [], 'text"\\', { a: [1, { b: [null, true, 'é\ud800'] }] }, [[[[[[[]]]]]]]].map(formatJson),
      // What the bounded parser takes must be as shallow as it promises.
      read: (input) => {
        if (depthOf(parseJson(input, 4_096, 300)) > 16) throw new Broken('nested deeper than the bound');
        return 'taken';
      },
    }),
  },
];

/** Times that no request could say are refused where they stand alone; a sum of two, or a default, may be one. */
function hasOddTime(request: ClientRequest): boolean {
  if (request.method === 'batch' || request.method === 'sequence') return request.requests.some(hasOddTime);
  if (request.method === 'ifelse') {
    return [request.whenTrue, request.whenFalse].some((one) => one !== undefined && hasOddTime(one));
  }
  // What another network's call takes is passed on as it came.
  if (request.method === 'oxend_request') return true;
  if (request.method !== 'store') return false;
  return Math.min(request.expiry, request.auth?.signedAt ?? request.expiry) < MIN_TIMESTAMP;
}

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let deepest = 0;
  for (const member of Object.values(value)) deepest = Math.max(deepest, depthOf(member));
  return deepest + 1;
}
