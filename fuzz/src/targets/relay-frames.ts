import { utf8 } from '@sotto/bytes';
import {
  decodeEnvelope,
  decodeFrame,
  decodeProvisioningAddress,
  decodeServiceId,
  ENVELOPE_TYPE,
  encodeEnvelope,
  encodeFrame,
  encodeProvisioningAddress,
  encodeServiceId,
  formatServiceId,
  formatUuid,
  NO_HEADERS,
  ProtocolError,
  parseServiceId,
  parseUuid,
} from '@sotto/protocol';
import { fromText, toText } from '../mutate/text.ts';
import { Broken, type Target } from '../target.ts';
import { counted, filled, mustBeExact, mustBeStable } from './kit.ts';

const SERVICE_IDS = ['packages/protocol/src/relay/service-id.ts'];

const headers = new Map([
  ['content-type', 'application/json'],
  ['x-signal-timestamp', '1790000000000'],
]);

/** What both sides of the relay's socket read: frames, and the envelopes in them. */
export const relayFrameTargets: readonly Target[] = [
  {
    name: 'relay-frame',
    covers: [
      'packages/protocol/src/relay/frame.ts',
      'packages/protocol/src/relay/plain-frame.ts',
      'packages/protocol/src/relay/wire-reader.ts',
    ],
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
    name: 'relay-provisioning-address',
    covers: ['packages/protocol/src/relay/provisioning.ts'],
    form: 'protobuf',
    refuses: [ProtocolError],
    open: () => ({
      seeds: [encodeProvisioningAddress('AAECAwQFBgcICQoLDA0ODw==')],
      read: (input) =>
        mustBeStable(decodeProvisioningAddress(input), encodeProvisioningAddress, decodeProvisioningAddress),
    }),
  },
  {
    name: 'service-id',
    covers: SERVICE_IDS,
    form: 'text',
    refuses: [ProtocolError],
    words: ['PNI:', 'ACI:', '-'],
    open: () => ({
      seeds: [
        fromText(formatServiceId({ kind: 'aci', uuid: counted(16) })),
        fromText(formatServiceId({ kind: 'pni', uuid: filled(16, 255) })),
      ],
      read: (input) => {
        const text = toText(input);
        if (formatServiceId(parseServiceId(text)).toLowerCase() !== text.toLowerCase()) {
          throw new Broken('two texts for one service ID');
        }
        return 'taken';
      },
    }),
  },
  {
    name: 'service-id-binary',
    covers: SERVICE_IDS,
    form: 'bytes',
    refuses: [ProtocolError],
    open: () => ({
      seeds: [
        encodeServiceId({ kind: 'aci', uuid: counted(16) }),
        encodeServiceId({ kind: 'pni', uuid: counted(16, 9) }),
      ],
      read: (input) => mustBeExact(input, encodeServiceId(decodeServiceId(input))),
    }),
  },
  {
    name: 'uuid',
    covers: SERVICE_IDS,
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
