import {
  formatAccountMismatchedDevices,
  formatAccountStaleDevices,
  formatDatedCredential,
  formatDeliveryCertificate,
  formatDeviceList,
  formatGroupCredentials,
  formatIdentityResponse,
  formatMismatchedDevices,
  formatPreKeyCount,
  formatPreKeyResponse,
  formatReceiptCredentialResponse,
  formatRegistrationResponse,
  formatRelayInfo,
  formatSendMessageResponse,
  formatSendMultiRecipientResponse,
  formatServiceCredentials,
  formatStaleDevices,
  parseAccountMismatchedDevices,
  parseAccountStaleDevices,
  parseDatedCredential,
  parseDeliveryCertificate,
  parseDeviceList,
  parseGroupCredentials,
  parseIdentityResponse,
  parseMismatchedDevices,
  parsePreKeyCount,
  parsePreKeyResponse,
  parseReceiptCredentialResponse,
  parseRegistrationResponse,
  parseRelayInfo,
  parseSendMessageResponse,
  parseSendMultiRecipientResponse,
  parseServiceCredentials,
  parseStaleDevices,
  parseTicketResponse,
} from '@sotto/protocol';
import type { Target } from '../target.ts';
import { bodyTarget, counted } from './kit.ts';

const KEYS = ['packages/protocol/src/relay/key-bodies.ts'];
const MESSAGES = ['packages/protocol/src/relay/message-bodies.ts'];
const MULTI = ['packages/protocol/src/relay/multi-recipient-bodies.ts'];
const REGISTRATION = ['packages/protocol/src/relay/registration-bodies.ts'];
const DEVICES = ['packages/protocol/src/relay/device-bodies.ts'];
const CREDENTIALS = ['packages/protocol/src/relay/credential-bodies.ts'];
const SOTTO = ['packages/protocol/src/relay/sotto-bodies.ts'];

const aci = { kind: 'aci', uuid: counted(16) } as const;
const pni = { kind: 'pni', uuid: counted(16, 9) } as const;
const signedKey = { keyId: 5, publicKey: counted(33, 5), signature: counted(64) };
const kyberKey = { keyId: 9, publicKey: counted(1_569, 8), signature: counted(64, 3) };
const dated = { credential: counted(425), redemptionTime: 1_790_035_200 };
const identity = {
  uuid: '9d0652a3-dcc3-4d11-975f-74d61598733f',
  number: '+15550100',
  pni: '0b1d7a52-9c1e-4a7b-8f7e-3a9d5b2c6e10',
  usernameHash: counted(32),
  usernameLinkHandle: '1f0e8f3e-5b55-4f1c-a0ef-6b0d3bb0c8a1',
  storageCapable: false,
  authCredentialSalt: counted(16),
};

/** Bodies that a client reads: a relay may say anything. */
export const relayReplyTargets: readonly Target[] = [
  bodyTarget({
    name: 'relay-reply-key-count',
    covers: KEYS,
    seeds: [formatPreKeyCount({ count: 100, pqCount: 99 })],
    parse: parsePreKeyCount,
    format: formatPreKeyCount,
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
    format: formatSendMessageResponse,
  }),
  bodyTarget({
    name: 'relay-reply-mismatched',
    covers: MESSAGES,
    seeds: [{ missingDevices: [1, 127], extraDevices: [] }],
    parse: parseMismatchedDevices,
    format: formatMismatchedDevices,
  }),
  bodyTarget({
    name: 'relay-reply-stale',
    covers: MESSAGES,
    seeds: [{ staleDevices: [3] }],
    parse: parseStaleDevices,
    format: formatStaleDevices,
  }),
  bodyTarget({
    name: 'relay-reply-multi-sent',
    covers: MULTI,
    seeds: [formatSendMultiRecipientResponse({ uuids404: [aci, pni] }), {}],
    parse: parseSendMultiRecipientResponse,
    format: formatSendMultiRecipientResponse,
    words: ['PNI:'],
  }),
  bodyTarget({
    name: 'relay-reply-multi-mismatched',
    covers: MULTI,
    seeds: [
      formatAccountMismatchedDevices([
        { uuid: aci, devices: { missingDevices: [1, 127], extraDevices: [] } },
        { uuid: pni, devices: { missingDevices: [], extraDevices: [2] } },
      ]),
    ],
    parse: parseAccountMismatchedDevices,
    format: formatAccountMismatchedDevices,
  }),
  bodyTarget({
    name: 'relay-reply-multi-stale',
    covers: MULTI,
    seeds: [formatAccountStaleDevices([{ uuid: aci, devices: { staleDevices: [3] } }])],
    parse: parseAccountStaleDevices,
    format: formatAccountStaleDevices,
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
    covers: DEVICES,
    seeds: [
      formatDeviceList({
        devices: [
          {
            id: 1,
            name: counted(40),
            lastSeen: 1_790_000_000_000,
            registrationId: 42,
            createdAtCiphertext: counted(57),
          },
          { id: 127, lastSeen: 0, registrationId: 16_383 },
        ],
      }),
    ],
    parse: parseDeviceList,
    format: formatDeviceList,
  }),
  bodyTarget({
    name: 'relay-reply-certificate',
    covers: CREDENTIALS,
    seeds: [formatDeliveryCertificate({ certificate: counted(200) })],
    parse: parseDeliveryCertificate,
    format: formatDeliveryCertificate,
  }),
  bodyTarget({
    name: 'relay-reply-credentials',
    covers: CREDENTIALS,
    seeds: [formatServiceCredentials({ username: 'a', password: 'b' })],
    parse: parseServiceCredentials,
    format: formatServiceCredentials,
  }),
  bodyTarget({
    name: 'relay-reply-group-credentials',
    covers: CREDENTIALS,
    seeds: [
      formatGroupCredentials({
        credentials: [dated, dated],
        callLinkAuthCredentials: [dated],
        pni: identity.pni,
      }),
    ],
    parse: parseGroupCredentials,
    format: formatGroupCredentials,
  }),
  bodyTarget({
    name: 'relay-reply-dated-credential',
    covers: CREDENTIALS,
    seeds: [formatDatedCredential(dated)],
    parse: parseDatedCredential,
    format: formatDatedCredential,
  }),
];
