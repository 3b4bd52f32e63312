import {
  formatDeliveryCertificate,
  formatDeviceList,
  formatIdentityResponse,
  formatPreKeyResponse,
  formatReceiptCredentialResponse,
  formatRegistrationResponse,
  formatRelayInfo,
  parseDeliveryCertificate,
  parseDeviceList,
  parseIdentityResponse,
  parseMismatchedDevices,
  parsePreKeyCount,
  parsePreKeyResponse,
  parseReceiptCredentialResponse,
  parseRegistrationResponse,
  parseRelayInfo,
  parseSendMessageResponse,
  parseStaleDevices,
  parseTicketResponse,
} from '@sotto/protocol';
import type { Target } from '../target.ts';
import { bodyTarget, counted } from './kit.ts';

const KEYS = ['packages/protocol/src/relay/key-bodies.ts'];
const MESSAGES = ['packages/protocol/src/relay/message-bodies.ts'];
const REGISTRATION = ['packages/protocol/src/relay/registration-bodies.ts'];
const ACCOUNT = ['packages/protocol/src/relay/account-bodies.ts'];
const SOTTO = ['packages/protocol/src/relay/sotto-bodies.ts'];

const signedKey = { keyId: 5, publicKey: counted(33, 5), signature: counted(64) };
const kyberKey = { keyId: 9, publicKey: counted(1_569, 8), signature: counted(64, 3) };
const identity = {
  uuid: '9d0652a3-dcc3-4d11-975f-74d61598733f',
  number: '+15550100',
  storageCapable: false,
  authCredentialSalt: counted(16),
};

/** Bodies that a client reads: a relay may say anything. */
export const relayReplyTargets: readonly Target[] = [
  bodyTarget({
    name: 'relay-reply-key-count',
    covers: KEYS,
    seeds: [{ count: 100, pqCount: 99 }],
    parse: parsePreKeyCount,
    format: (count) => count,
  }),
  bodyTarget({
    name: 'relay-reply-keys',
    covers: KEYS,
    seeds: [
      formatPreKeyResponse({
        identityKey: counted(33, 5),
        devices: [
          { deviceId: 1, registrationId: 42, signedPreKey: signedKey, preKey: signedKey, pqPreKey: kyberKey },
          { deviceId: 2, registrationId: 43, signedPreKey: signedKey, pqPreKey: kyberKey },
        ],
      }),
    ],
    parse: parsePreKeyResponse,
    format: formatPreKeyResponse,
  }),
  bodyTarget({
    name: 'relay-reply-sent',
    covers: MESSAGES,
    seeds: [{ needsSync: true }, {}],
    parse: parseSendMessageResponse,
    format: (sent) => sent,
  }),
  bodyTarget({
    name: 'relay-reply-mismatched',
    covers: MESSAGES,
    seeds: [{ missingDevices: [1, 127], extraDevices: [] }],
    parse: parseMismatchedDevices,
    format: (devices) => devices,
  }),
  bodyTarget({
    name: 'relay-reply-stale',
    covers: MESSAGES,
    seeds: [{ staleDevices: [3] }],
    parse: parseStaleDevices,
    format: (devices) => devices,
  }),
  bodyTarget({
    name: 'relay-reply-info',
    covers: SOTTO,
    seeds: [
      formatRelayInfo({
        registration: 'invite',
        zkPublicParams: counted(673),
        workBits: { ticket: 20, keys: 8, request: 12 },
        maxMessageBytes: 98_304,
        maxRecordBytes: 16_384,
        senderTrustRoot: counted(33, 5),
        onionKey: counted(32),
      }),
    ],
    parse: parseRelayInfo,
    format: formatRelayInfo,
  }),
  bodyTarget({
    name: 'relay-reply-ticket',
    covers: SOTTO,
    seeds: [{ ticket: 'abc' }],
    parse: parseTicketResponse,
    format: (ticket) => ticket,
  }),
  bodyTarget({
    name: 'relay-reply-identity',
    covers: REGISTRATION,
    seeds: [formatIdentityResponse(identity)],
    parse: parseIdentityResponse,
    format: formatIdentityResponse,
  }),
  bodyTarget({
    name: 'relay-reply-registration',
    covers: REGISTRATION,
    seeds: [formatRegistrationResponse({ ...identity, reregistration: true })],
    parse: parseRegistrationResponse,
    format: formatRegistrationResponse,
  }),
  bodyTarget({
    name: 'relay-reply-receipt',
    covers: REGISTRATION,
    seeds: [formatReceiptCredentialResponse({ receiptCredentialResponse: counted(409) })],
    parse: parseReceiptCredentialResponse,
    format: formatReceiptCredentialResponse,
  }),
  bodyTarget({
    name: 'relay-reply-devices',
    covers: ACCOUNT,
    seeds: [
      formatDeviceList({
        devices: [
          { id: 1, name: counted(40), lastSeen: 1_790_000_000_000, registrationId: 42 },
          { id: 127, lastSeen: 0, registrationId: 16_383 },
        ],
      }),
    ],
    parse: parseDeviceList,
    format: formatDeviceList,
  }),
  bodyTarget({
    name: 'relay-reply-certificate',
    covers: ACCOUNT,
    seeds: [formatDeliveryCertificate({ certificate: counted(200) })],
    parse: parseDeliveryCertificate,
    format: formatDeliveryCertificate,
  }),
];
