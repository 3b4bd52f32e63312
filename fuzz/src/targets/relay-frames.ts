import { utf8 } from '@sotto/bytes';
import {
  decodeEnvelope,
  decodeFrame,
  ENVELOPE_TYPE,
  encodeEnvelope,
  encodeFrame,
  formatUuid,
  NO_HEADERS,
  ProtocolError,
  parseUuid,
} from '@sotto/protocol';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';
import { counted, filled, mustBeStable } from './kit.ts';

const headers = new Map([
  ['content-type', 'application/json'],
  ['x-signal-timestamp', '1790000000000'],
]);

/** What both sides of the relay's socket read: frames, and the envelopes in them. */
export const relayFrameTargets: readonly Target[] = [
  {
    name: 'relay-frame',
    covers: ['packages/protocol/src/relay/frame.ts'],
    form: 'protobuf',
    refuses: [ProtocolError],
    words: ['content-type:application/json', 'PUT', '/v1/messages', ':', 'a:', ' a : b '],
    open: () => ({
      seeds: [
        encodeFrame({ kind: 'request', id: 0n, verb: 'GET', path: '/v1/devices', headers: NO_HEADERS }),
        encodeFrame({
          kind: 'request',
          verb: 'PUT',
          path: '/v1/messages/x',
          headers,
          body: utf8('{"messages":[]}'),
        }),
        encodeFrame({ kind: 'request', id: 2n ** 64n - 1n, verb: '', path: '/', headers, body: filled(0) }),
        encodeFrame({ kind: 'response', id: 7n, status: 200, message: 'OK', headers, body: counted(300) }),
        encodeFrame({ kind: 'response', id: 1n, status: 429, message: '', headers: NO_HEADERS }),
      ],
      read: (input) => {
        const frame = decodeFrame(input);
        return mustBeStable(frame, encodeFrame, decodeFrame);
      },
    }),
  },
  {
    name: 'relay-envelope',
    covers: ['packages/protocol/src/relay/envelope.ts'],
    form: 'protobuf',
    refuses: [ProtocolError],
    open: () => {
      const common = {
        clientTimestamp: 1_790_000_000_000,
        serverTimestamp: 1_790_000_000_001,
        guid: counted(16),
        destination: counted(16, 9),
        urgent: true,
      };
      return {
        seeds: [
          encodeEnvelope({ ...common, type: ENVELOPE_TYPE.sealed, content: counted(400) }),
          encodeEnvelope({
            ...common,
            type: ENVELOPE_TYPE.deliveryReceipt,
            source: { aci: counted(16, 3), device: 2 },
          }),
          encodeEnvelope({ ...common, type: ENVELOPE_TYPE.ciphertext, urgent: false, content: filled(0) }),
        ],
        read: (input) => mustBeStable(decodeEnvelope(input), encodeEnvelope, decodeEnvelope),
      };
    },
  },
  {
    name: 'uuid',
    covers: ['packages/protocol/src/relay/service-id.ts'],
    form: 'text',
    refuses: [ProtocolError],
    open: () => ({
      seeds: [fromText(formatUuid(counted(16))), fromText(formatUuid(filled(16, 255)).toUpperCase())],
      read: (input) => {
        const text = toText(input);
        if (formatUuid(parseUuid(text)) !== text.toLowerCase()) throw new Broken('two texts for one UUID');
        return 'taken';
      },
    }),
  },
];
