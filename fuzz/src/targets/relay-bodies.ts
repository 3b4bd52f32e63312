import { utf8 } from '@sotto/bytes';
import {
  formatAccountAttributes,
  formatCallLinkCredentialRequest,
  formatCheckKeys,
  formatJson,
  formatMessageList,
  formatReceiptCredentialRequest,
  formatRegistrationRequest,
  formatSetKeys,
  formatSpamReport,
  type IncomingMessageList,
  ProtocolError,
  parseAccountAttributes,
  parseCallLinkCredentialRequest,
  parseCheckKeys,
  parseJson,
  parseMessageList,
  parseReceiptCredentialRequest,
  parseRegistrationRequest,
  parseSetKeys,
  parseSpamReport,
} from '@sotto/protocol';
import { takePlainList } from '@sotto/relay/testing';
import { Broken, type Target } from '../target.ts';
import { bodyTarget, counted, mustBeSame } from './kit.ts';

const REGISTRATION = ['packages/protocol/src/relay/registration-bodies.ts'];
const KEYS = ['packages/protocol/src/relay/key-bodies.ts'];
const MESSAGES = ['packages/protocol/src/relay/message-bodies.ts'];

const ecKey = { keyId: 5, publicKey: counted(33, 5) };
const signedKey = { ...ecKey, signature: counted(64) };
const kyberKey = { keyId: 9, publicKey: counted(1_569, 8), signature: counted(64, 3) };
const attributes = {
  fetchesMessages: true,
  registrationId: 42,
  name: counted(20),
  registrationLock: 'ab'.repeat(32),
  unidentifiedAccessKey: counted(16),
  unrestrictedUnidentifiedAccess: false,
  discoverableByPhoneNumber: false,
  capabilities: { spqr: true, storage: false },
  recoveryPassword: counted(32),
};

const copy = { type: 6, destinationDeviceId: 1, destinationRegistrationId: 42, content: counted(100) };

/** Bodies that the relay reads. */
export const relayBodyTargets: readonly Target[] = [
  bodyTarget({
    name: 'relay-body-set-keys',
    covers: KEYS,
    seeds: [
      formatSetKeys({ preKeys: [ecKey, ecKey], pqPreKeys: [] }),
      formatSetKeys({
        preKeys: [],
        signedPreKey: signedKey,
        pqPreKeys: [kyberKey],
        pqLastResortPreKey: kyberKey,
      }),
      {},
    ],
    parse: parseSetKeys,
    format: formatSetKeys,
  }),
  bodyTarget({
    name: 'relay-body-check-keys',
    covers: KEYS,
    seeds: [
      formatCheckKeys({ identityType: 'aci', digest: counted(32) }),
      { identityType: 'PNI', digest: 'AA' },
    ],
    parse: parseCheckKeys,
    format: formatCheckKeys,
  }),
  bodyTarget({
    name: 'relay-body-messages',
    covers: MESSAGES,
    seeds: [
      formatMessageList({
        messages: [
          { type: 6, destinationDeviceId: 1, destinationRegistrationId: 42, content: counted(100) },
          { type: 1, destinationDeviceId: 127, destinationRegistrationId: 0xffff_ffff, content: counted(0) },
        ],
        timestamp: 1_790_000_000_000,
        online: false,
        urgent: true,
      }),
      { messages: [] },
    ],
    parse: parseMessageList,
    format: formatMessageList,
  }),
  {
    name: 'relay-body-plain-messages',
    covers: ['packages/relay/src/calls/messages/read-message-list.ts'],
    form: 'json',
    refuses: [ProtocolError],
    words: [
      '"online":true',
      '"urgent":false',
      '"content":"AAAA"',
      '8640000000000001',
      '4294967296',
      '128',
      '-0',
    ],
    open: () => ({
      seeds: [
        formatJson(formatMessageList({ messages: [copy, copy], timestamp: 5, online: false, urgent: true })),
        utf8('{"messages":[]}'),
      ],
      read: (input) => {
        const value = parseJson(input);
        const plain = takePlainList(value);
        let list: IncomingMessageList;
        try {
          list = parseMessageList(value);
        } catch (error) {
          if (plain !== undefined)
            throw new Broken('a body that only the look by hand takes', { cause: error });
          throw error;
        }
        if (plain !== undefined) mustBeSame(plain, list, 'a body that the look by hand reads otherwise');
        return 'taken';
      },
    }),
  },
  bodyTarget({
    name: 'relay-body-registration',
    covers: REGISTRATION,
    seeds: [
      formatRegistrationRequest({
        accountAttributes: attributes,
        receiptCredentialPresentation: counted(329),
        skipDeviceTransfer: true,
        aciIdentityKey: counted(33, 5),
        aciSignedPreKey: signedKey,
        aciPqLastResortPreKey: kyberKey,
      }),
      formatRegistrationRequest({
        sessionId: 'abc',
        totp: 7,
        recoveryPassword: counted(32),
        accountAttributes: attributes,
        skipDeviceTransfer: false,
        aciIdentityKey: counted(33, 5),
        pniIdentityKey: counted(33, 5),
        aciSignedPreKey: signedKey,
        pniSignedPreKey: signedKey,
        aciPqLastResortPreKey: kyberKey,
        pniPqLastResortPreKey: kyberKey,
        apnToken: { apnRegistrationId: 'x' },
        gcmToken: { gcmRegistrationId: 'y' },
      }),
    ],
    parse: parseRegistrationRequest,
    format: formatRegistrationRequest,
  }),
  bodyTarget({
    name: 'relay-body-attributes',
    covers: REGISTRATION,
    seeds: [
      formatAccountAttributes(attributes),
      { registrationId: 1, unidentifiedAccessKey: [...counted(16)], recoveryPassword: [...counted(32)] },
    ],
    parse: parseAccountAttributes,
    format: formatAccountAttributes,
    words: ['__proto__', 'capabilities', 'pniRegistrationId'],
  }),
  bodyTarget({
    name: 'relay-body-receipt-request',
    covers: REGISTRATION,
    seeds: [
      formatReceiptCredentialRequest({
        purchaseIdentifier: 'ticket',
        receiptCredentialRequest: counted(97),
        paymentProvider: 'SOTTO_TICKET',
      }),
    ],
    parse: parseReceiptCredentialRequest,
    format: formatReceiptCredentialRequest,
  }),
  bodyTarget({
    name: 'relay-body-report',
    covers: MESSAGES,
    seeds: [formatSpamReport({ token: counted(40) }), {}],
    parse: parseSpamReport,
    format: formatSpamReport,
  }),
  bodyTarget({
    name: 'relay-body-call-link-request',
    covers: ['packages/protocol/src/relay/credential-bodies.ts'],
    seeds: [formatCallLinkCredentialRequest({ createCallLinkCredentialRequest: counted(65) })],
    parse: parseCallLinkCredentialRequest,
    format: formatCallLinkCredentialRequest,
  }),
];
