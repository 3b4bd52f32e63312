import { concatBytes, toBase64, toHex, utf8 } from '@sotto/bytes';
import { blake2b, checkWork, solveWork } from '@sotto/crypto';
import { PartReader } from '@sotto/frames';
import { messageHashInput, messageHashText, NAMESPACE } from '@sotto/protocol';
import { accessHeaderOf, parseBasic } from '@sotto/relay/testing';
import { entryOf, parseProof } from '@sotto/storage-node/testing';
import { OnionRoadError } from '@sotto/transport-onion';
import {
  accountBox,
  decodeMemory,
  decodeCredentials as decodeOnionCredentials,
  encodeMemory,
  encodeCredentials as encodeOnionCredentials,
  readLetter,
  readPage,
  writeLetter,
} from '@sotto/transport-onion/testing';
import { RelayRoadError } from '@sotto/transport-relay';
import {
  decodeCredentials as decodeRelayCredentials,
  encodeCredentials as encodeRelayCredentials,
  isPublicHost,
  replyOf,
} from '@sotto/transport-relay/testing';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';
import { counted, mustBeExact, mustBeSame } from './kit.ts';
import { accountNamed } from './people.ts';

const person = counted(33, 5);
const minute = 29_833_333;

/** What the roads read of relays, nodes and their own memory; what relays read in headers. */
export const roadTargets: readonly Target[] = [
  {
    name: 'relay-credentials',
    covers: ['packages/transport-relay/src/credentials.ts'],
    form: 'bytes',
    refuses: [RelayRoadError],
    open: () => ({
      seeds: [Uint8Array.of(1, 1, ...counted(48))],
      read: (input) => mustBeExact(input, encodeRelayCredentials(decodeRelayCredentials(input as never))),
    }),
  },
  {
    name: 'onion-credentials',
    covers: ['packages/transport-onion/src/credentials.ts'],
    form: 'bytes',
    refuses: [OnionRoadError],
    open: () => ({
      seeds: [[], [{ seed: counted(32, 2), until: 1_790_000_000_000 }]].map((earlier) =>
        encodeOnionCredentials({ device: 1, identitySecret: counted(64), mailboxSeed: counted(32), earlier }),
      ),
      read: (input) => mustBeExact(input, encodeOnionCredentials(decodeOnionCredentials(input as never))),
    }),
  },
  {
    name: 'onion-memory',
    covers: ['packages/transport-onion/src/memory.ts'],
    form: 'json',
    refuses: [],
    open: () => ({
      seeds: [
        encodeMemory({
          network: counted(32),
          list: counted(100),
          guards: [
            { key: counted(32), chosenAt: 5, deadFor: 7, doubted: true, losses: 1 },
            { key: counted(32, 3), chosenAt: 5 },
          ],
        }),
      ],
      read: (input) => {
        const memory = decodeMemory(input);
        if (memory === undefined) return 'refused';
        mustBeSame(decodeMemory(encodeMemory(memory)), memory, 'a memory reads otherwise when written again');
        return 'taken';
      },
    }),
  },
  {
    name: 'request-letter',
    covers: ['packages/transport-onion/src/request-letter.ts', 'packages/crypto/src/work.ts'],
    form: 'bytes',
    refuses: [],
    open: async () => ({
      seeds: [
        await writeLetter(
          { to: person, sealed: counted(60) },
          {
            now: () => minute * 60_000,
            random: (length) => counted(length),
            signal: new AbortController().signal,
          },
        ),
      ],
      // Work that nobody has done opens nothing: any other letter than the seed is worth nothing.
      read: (input) => (readLetter(person, input) === undefined ? 'refused' : 'taken'),
    }),
  },
  {
    name: 'work',
    covers: ['packages/crypto/src/work.ts'],
    form: 'text',
    refuses: [],
    words: ['v1.', '.', '-', '9007199254740993'],
    open: async () => {
      const terms = { purpose: 'ticket', target: counted(32), bits: 8, now: minute * 60_000 };
      const work = await solveWork({
        purpose: 'ticket',
        target: counted(32),
        bits: 8,
        now: () => minute * 60_000,
        random: (length) => counted(length),
        signal: new AbortController().signal,
      });
      return {
        seeds: [fromText(work)],
        read: (input) =>
          checkWork({ ...terms, work: toText(input) }).outcome === 'ok' ? 'taken' : 'refused',
      };
    },
  },
  {
    name: 'mailbox-page',
    covers: ['packages/transport-onion/src/read-box.ts', 'packages/transport-onion/src/parse-body.ts'],
    form: 'json',
    refuses: [],
    words: ['messages', 'hash', 'timestamp', 'expiration', 'data', 'more', 'results', 'code', 'body'],
    open: () => {
      const box = accountBox(accountNamed('alice').identitySecret, NAMESPACE.contacts);
      const data = counted(80);
      const hash = messageHashText(blake2b(32, messageHashInput(box.key, box.namespace, data)));
      const page = { messages: [{ hash, timestamp: 5, expiration: 9, data: toBase64(data) }], more: true };
      return {
        seeds: [
          page,
          {
            results: [
              { code: 200, body: {} },
              { code: 200, body: page },
            ],
          },
          { messages: [] },
        ].map((body) => utf8(JSON.stringify(body))),
        read: (input) => {
          const body = jsonOr(toText(input));
          const read = readPage(body, { box, kind: 'contacts', deletes: false, isDone: () => false });
          readPage(body, { box, kind: 'requests', deletes: true, isDone: (other) => other === hash });
          // A message counts under the hash of its bytes and no other.
          if (
            read?.messages.some(
              (one) =>
                messageHashText(blake2b(32, messageHashInput(box.key, box.namespace, one.sealed))) !==
                one.hash,
            )
          ) {
            throw new Broken('a message under the hash of another');
          }
          return read === undefined ? 'refused' : 'taken';
        },
      };
    },
  },
  {
    name: 'link-proof',
    covers: ['packages/storage-node/src/link/proof.ts'],
    form: 'json',
    refuses: [],
    open: () => ({
      seeds: [utf8(JSON.stringify({ key: toHex(counted(32)), signature: toHex(counted(64)) }))],
      read: (input) => {
        const proof = parseProof(input);
        if (proof === undefined) return 'refused';
        if (proof.key.length !== 32 || proof.signature.length !== 64)
          throw new Broken('a proof of another length');
        return 'taken';
      },
    }),
  },
  {
    name: 'link-parts',
    covers: ['packages/frames/src/parts.ts'],
    form: 'bytes',
    refuses: [],
    open: () => ({
      // Two parts: a request of four bytes, and the cancelling of another.
      seeds: [Uint8Array.from([0, 0, 0, 9, 0, 0, 0, 1, 1, 1, 2, 3, 4, 0, 0, 0, 5, 0, 0, 0, 2, 3])],
      read: (input) => {
        let came = 0;
        const reader = new PartReader(({ payload }) => {
          came += payload.length;
        });
        const middle = input.length >> 1;
        const whole = [input.subarray(0, middle), input.subarray(middle)].every((piece) =>
          reader.push(Buffer.from(piece)),
        );
        if (came > input.length) throw new Broken('more came out than went in');
        return whole ? 'taken' : 'refused';
      },
    }),
  },
  {
    name: 'member-answer',
    covers: ['packages/storage-node/src/rpc/ask-swarm.ts'],
    form: 'json',
    refuses: [],
    open: () => ({
      seeds: ['{"hash":"a","signature":"b"}', '[]', 'Wrong swarm'].map(fromText),
      read: (input) => {
        const status = input.length % 3 === 0 ? 421 : 200;
        const entry = entryOf({ outcome: 'answered', status, body: input });
        JSON.stringify(entry);
        return entry['failed'] === true ? 'refused' : 'taken';
      },
    }),
  },
  {
    name: 'basic-header',
    covers: ['packages/relay/src/http/call.ts'],
    form: 'text',
    refuses: [],
    words: ['Basic ', 'basic  ', '='],
    open: () => ({
      seeds: [fromText(`Basic ${toBase64(utf8('9d0652a3-dcc3-8d11-975f-74d61598733f.2:secret'))}`)],
      read: (input) => (parseBasic(toText(input)) === undefined ? 'refused' : 'taken'),
    }),
  },
  {
    name: 'access-header',
    covers: ['packages/relay/src/calls/access.ts'],
    form: 'text',
    refuses: [],
    open: () => ({
      seeds: [fromText(toBase64(counted(16)))],
      read: (input) => {
        const access = accessHeaderOf(new Map([['unidentified-access-key', toText(input)]]));
        if (typeof access !== 'string' && access.length !== 16)
          throw new Broken('an access key of another length');
        return typeof access === 'string' ? 'refused' : 'taken';
      },
    }),
  },
  {
    name: 'retry-header',
    covers: ['packages/transport-relay/src/reply.ts'],
    form: 'text',
    refuses: [],
    open: () => ({
      seeds: ['60', '0', '1e9', '-5', 'Infinity'].map(fromText),
      read: (input) => {
        const { retryAfter } = replyOf(429, new Map([['retry-after', toText(input)]]), concatBytes());
        if (!Number.isFinite(retryAfter) || retryAfter <= 0) throw new Broken('a time that never comes');
        return 'taken';
      },
    }),
  },
  {
    name: 'public-host',
    covers: ['packages/transport-relay/src/public-host.ts'],
    form: 'text',
    refuses: [],
    words: ['[::ffff:127.0.0.1]', '127.0.0.1', '10.0.0.1', '.local', '[fe80::1]', '.'],
    open: () => ({
      seeds: ['relay.example', '8.8.8.8', '[2606:4700::1]', 'localhost', '[::1]'].map(fromText),
      read: (input) => {
        const host = hostOf(toText(input));
        if (host === undefined) return 'refused';
        return isPublicHost(host) ? 'taken' : 'refused';
      },
    }),
  },
];

/** A host as the URL parser spells it: that is what is asked about. */
function hostOf(text: string): string | undefined {
  try {
    return new URL(`https://${text}`).hostname;
  } catch {
    return undefined;
  }
}

function jsonOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
