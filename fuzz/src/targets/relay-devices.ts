import {
  formatCapabilities,
  formatDeviceLimit,
  formatDeviceName,
  formatLinkCode,
  formatLinkRequest,
  formatLinkResponse,
  formatListedDevice,
  formatProvisioningMessage,
  formatRestoreAccountRequest,
  formatTransferArchive,
  formatTransferArchiveUpload,
  parseCapabilities,
  parseDeviceLimit,
  parseDeviceName,
  parseLinkCode,
  parseLinkRequest,
  parseLinkResponse,
  parseListedDevice,
  parseProvisioningMessage,
  parseRestoreAccountRequest,
  parseTransferArchive,
  parseTransferArchiveUpload,
} from '@sotto/protocol';
import type { Target } from '../target.ts';
import { bodyTarget, counted } from './kit.ts';

const DEVICES = ['packages/protocol/src/relay/device-bodies.ts'];
const LINK = ['packages/protocol/src/relay/link-bodies.ts'];
const TRANSFER = ['packages/protocol/src/relay/transfer-bodies.ts'];

const UUID = '9d0652a3-dcc3-4d11-975f-74d61598733f';
const signedKey = { keyId: 5, publicKey: counted(33, 5), signature: counted(64) };
const kyberKey = { keyId: 9, publicKey: counted(1_569, 8), signature: counted(64, 3) };

/** Bodies about devices and how they are linked, of both sides. */
export const relayDeviceTargets: readonly Target[] = [
  bodyTarget({
    name: 'relay-reply-linked-device',
    covers: DEVICES,
    seeds: [formatListedDevice({ id: 2, name: counted(40), lastSeen: 0, registrationId: 42 })],
    parse: parseListedDevice,
    format: formatListedDevice,
  }),
  bodyTarget({
    name: 'relay-body-device-name',
    covers: DEVICES,
    seeds: [formatDeviceName({ deviceName: counted(40) })],
    parse: parseDeviceName,
    format: formatDeviceName,
  }),
  bodyTarget({
    name: 'relay-body-capabilities',
    covers: DEVICES,
    seeds: [formatCapabilities({ spqr: true, storage: false }), {}],
    parse: parseCapabilities,
    format: formatCapabilities,
    words: ['__proto__'],
  }),
  bodyTarget({
    name: 'relay-reply-device-limit',
    covers: DEVICES,
    seeds: [formatDeviceLimit({ current: 6, max: 6 })],
    parse: parseDeviceLimit,
    format: formatDeviceLimit,
  }),
  bodyTarget({
    name: 'relay-reply-link-code',
    covers: LINK,
    seeds: [formatLinkCode({ verificationCode: `${UUID}.1:abc`, tokenIdentifier: 'a'.repeat(43) })],
    parse: parseLinkCode,
    format: formatLinkCode,
  }),
  bodyTarget({
    name: 'relay-body-link',
    covers: LINK,
    seeds: [
      formatLinkRequest({
        verificationCode: 'abc',
        accountAttributes: {
          fetchesMessages: true,
          registrationId: 42,
          pniRegistrationId: 43,
          name: counted(40),
          capabilities: { spqr: true },
        },
        aciSignedPreKey: signedKey,
        pniSignedPreKey: signedKey,
        aciPqLastResortPreKey: kyberKey,
        pniPqLastResortPreKey: kyberKey,
        apnToken: { apnRegistrationId: 'x' },
        gcmToken: { gcmRegistrationId: 'y' },
        requestedDeviceId: 127,
      }),
    ],
    parse: parseLinkRequest,
    format: formatLinkRequest,
  }),
  bodyTarget({
    name: 'relay-reply-linked',
    covers: LINK,
    seeds: [formatLinkResponse({ uuid: UUID, pni: UUID, deviceId: 2 })],
    parse: parseLinkResponse,
    format: formatLinkResponse,
  }),
  bodyTarget({
    name: 'relay-body-provisioning',
    covers: LINK,
    seeds: [formatProvisioningMessage({ body: counted(400) })],
    parse: parseProvisioningMessage,
    format: formatProvisioningMessage,
  }),
  bodyTarget({
    name: 'relay-reply-archive',
    covers: TRANSFER,
    seeds: [
      formatTransferArchive({ cdn: 3, key: 'abc' }),
      formatTransferArchive({ error: 'CONTINUE_WITHOUT_UPLOAD' }),
    ],
    parse: parseTransferArchive,
    format: formatTransferArchive,
  }),
  bodyTarget({
    name: 'relay-body-archive',
    covers: TRANSFER,
    seeds: [
      formatTransferArchiveUpload({
        destinationDeviceId: 2,
        destinationDeviceRegistrationId: 42,
        transferArchive: { cdn: 3, key: 'abc' },
      }),
      formatTransferArchiveUpload({
        destinationDeviceId: 127,
        destinationDeviceRegistrationId: 0,
        transferArchive: { error: 'RELINK_REQUESTED' },
      }),
    ],
    parse: parseTransferArchiveUpload,
    format: formatTransferArchiveUpload,
  }),
  bodyTarget({
    name: 'relay-body-restore',
    covers: TRANSFER,
    seeds: [
      formatRestoreAccountRequest({ method: 'DEVICE_TRANSFER', deviceTransferBootstrap: counted(40) }),
      { method: 'DECLINE' },
    ],
    parse: parseRestoreAccountRequest,
    format: formatRestoreAccountRequest,
    words: ['REMOTE_BACKUP', 'LOCAL_BACKUP'],
  }),
];
