import { formatMessageId, parseMessageId } from '@sotto/client';
import { readContent } from '@sotto/client/testing';
import {
  decodeAttachment,
  decodeContent,
  encodeAttachment,
  encodeContent,
  MAX_CONTENT_BYTES,
  MAX_LIST_PARTS,
  ProtocolError,
  SottoContext_Road,
  TypingMessage_Action,
} from '@sotto/protocol';
import { decodePointer, encodePointer, makeFile, openChunk, openManifest, ShardsError } from '@sotto/shards';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';
import { counted, mustBeStable } from './kit.ts';

const now = 1_790_000_000_000;
const stamp = BigInt(now);

/** Files of one chunk, and of so many that they have a manifest. */
function pointerTo(size: number) {
  const file = makeFile({ seed: counted(32), size });
  const { chunks, plainBytes } = file.layout;
  const sealed = Array.from({ length: chunks }, (_, chunk) =>
    file.seal(chunk, new Uint8Array(Math.max(0, Math.min(plainBytes, size - chunk * plainBytes)))),
  );
  return { ...file.finish(sealed.map(({ hash }) => hash)), first: sealed[0]?.data ?? counted(0) };
}

const small = pointerTo(9);
const large = pointerTo(17 * 76_784);

const contents = [
  encodeContent({
    dataMessage: {
      timestamp: stamp,
      attachments: [
        { contentType: 'text/plain', fileName: 'a.txt', ...encodePointer(small.pointer) },
        { size: 9 },
      ],
    },
  }),
  encodeContent({ dataMessage: { body: 'hello', timestamp: stamp, profileKey: counted(32) } }),
  encodeContent({
    dataMessage: { body: 'é\u{1f468}\u200d\u{1f469}', timestamp: stamp },
    sotto: {
      name: 'Ann',
      chain: 7,
      counter: 3n,
      previousHash: counted(32),
      mailbox: new Uint8Array([3, ...counted(32)]),
      road: SottoContext_Road.ONION,
      accepted: true,
    },
  }),
  encodeContent({
    receiptMessage: { type: 1, timestamp: [stamp, 1n, 2n ** 64n - 1n] },
    sotto: { receiptDevices: [1, 2, 3] },
  }),
  encodeContent({
    receiptMessage: { type: 0, timestamp: [stamp] },
    sotto: { receiptDevices: [1], directory: { sequence: 12n, network: counted(8) } },
  }),
  encodeContent({
    dataMessage: { timestamp: stamp },
    sotto: {
      chain: 7,
      directory: { sequence: 2n ** 53n, network: counted(8), list: counted(90), part: 1, parts: 2 },
    },
  }),
  encodeContent({ typingMessage: { action: TypingMessage_Action.STARTED, timestamp: stamp } }),
  encodeContent({ nullMessage: { padding: counted(40) } }),
];

function forgetUnknown<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array)) {
    Reflect.deleteProperty(value, '$unknown');
    for (const part of Object.values(value)) forgetUnknown(part);
  }
  return value;
}

/** What stands inside the ratchet: the last thing that somebody else has written. */
export const contentTargets: readonly Target[] = [
  {
    name: 'content',
    covers: ['packages/protocol/src/content/content.ts'],
    form: 'protobuf',
    refuses: [ProtocolError],
    open: () => ({
      seeds: contents,
      read: (input) => {
        const content = decodeContent(input);
        if (input.length > MAX_CONTENT_BYTES) throw new Broken('longer than the bound');
        // We never write what we do not know, and the library takes one that is cut off at the end of its message.
        return mustBeStable(forgetUnknown(content), encodeContent, decodeContent);
      },
    }),
  },
  {
    name: 'file-pointer',
    covers: [
      'packages/shards/src/pointer.ts',
      'packages/shards/src/keys.ts',
      'packages/shards/src/layout.ts',
    ],
    form: 'protobuf',
    refuses: [ProtocolError, ShardsError],
    open: () => ({
      seeds: [small, large].map(({ pointer }) => encodeAttachment(encodePointer(pointer))),
      read: (input) => {
        const pointer = decodePointer(decodeAttachment(input));
        const again = (value: typeof pointer) => encodeAttachment(encodePointer(value));
        return mustBeStable(pointer, again, (bytes) => decodePointer(decodeAttachment(bytes)));
      },
    }),
  },
  {
    name: 'file-manifest',
    covers: ['packages/shards/src/read-file.ts', 'packages/shards/src/chunk.ts'],
    form: 'bytes',
    refuses: [ShardsError],
    open: () => ({
      seeds: [large.manifest?.data ?? counted(0)],
      read: (input) => {
        openManifest(large.pointer, input);
        return 'taken';
      },
    }),
  },
  {
    name: 'file-chunk',
    covers: ['packages/shards/src/read-file.ts'],
    form: 'bytes',
    refuses: [ShardsError],
    open: () => ({
      seeds: [small.first],
      read: (input) => {
        openChunk(small.pointer, 0, input);
        return 'taken';
      },
    }),
  },
  {
    name: 'content-said',
    covers: [
      'packages/client/src/inbox/read-content.ts',
      'packages/client/src/contacts/clean-name.ts',
      'packages/client/src/lists/read-list.ts',
    ],
    form: 'protobuf',
    refuses: [],
    open: () => ({
      seeds: contents,
      read: (input) => {
        const said = readContent(input, { now, serverTime: now });
        const { part } = said.list ?? {};
        if (part !== undefined && !(part.index < part.of && part.of <= MAX_LIST_PARTS))
          throw new Broken('a part that no list has');
        if (said.kind === 'text' && !(said.sentAt > 0 && (said.text !== '' || said.files.length > 0)))
          throw new Broken('a text without time or words');
        return said.kind === 'refused' ? 'refused' : 'taken';
      },
    }),
  },
  {
    name: 'message-id',
    covers: ['packages/client/src/conversation/message-id.ts'],
    form: 'text',
    refuses: [],
    open: () => ({
      seeds: [`05${'ab'.repeat(32)}.1.1790000000000`, `05${'00'.repeat(32)}.127.9007199254740991`].map(
        fromText,
      ),
      read: (input) => {
        const text = toText(input);
        const id = parseMessageId(text);
        if (id === undefined) return 'refused';
        if (formatMessageId(id) !== text) throw new Broken('two texts for one message');
        return 'taken';
      },
    }),
  },
];
