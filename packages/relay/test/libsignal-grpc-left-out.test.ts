import { ErrorCode, type Net } from '@signalapp/libsignal-client';
import { SvrKey } from '@signalapp/libsignal-client/dist/AccountKeys.js';
import {
  ClientZkReceiptOperations,
  ReceiptCredentialPresentation,
  ReceiptSerial,
  ServerPublicParams,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { randomBytes } from '@sotto/crypto';
import { parseRelayInfo } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackupAuth } from './_backup-auth.ts';
import { createLibsignalWorld, type LibsignalWorld } from './_libsignal-world.ts';
import { get } from './_linking.ts';
import { MailListener } from './_mail-listener.ts';
import { speakHttp } from './_test-relay.ts';

/** What a relay has not of that which the official client asks by gRPC alone: it reports an error, and at once. */

speakHttp(2);
let world: LibsignalWorld;
let chat: Net.AuthenticatedChatConnection;
let auth: Net.BackupAuth;
beforeAll(async () => {
  world = await createLibsignalWorld();
  const person = await world.newPerson();
  auth = createBackupAuth(person);
  chat = await world.connect(person, new MailListener());
});
afterAll(async () => {
  await chat.disconnect();
  await world.dispose();
});

const svrKey = new SvrKey(randomBytes(32));
const metadata = { name: 'a key', createdAt: 1 };
const mediaId = randomBytes(15);
const survey: Net.CallQualitySurvey = {
  userSatisfied: true,
  callQualityIssues: [],
  additionalIssuesDescription: null,
  debugLogUrl: null,
  startTimestamp: 1,
  endTimestamp: 2,
  callType: 'direct_voice',
  success: true,
  callEndReason: 'hangup',
  connectionRttMedian: null,
  audioRttMedian: null,
  videoRttMedian: null,
  audioRecvJitterMedian: null,
  videoRecvJitterMedian: null,
  audioSendJitterMedian: null,
  videoSendJitterMedian: null,
  audioRecvPacketLossFraction: null,
  videoRecvPacketLossFraction: null,
  audioSendPacketLossFraction: null,
  videoSendPacketLossFraction: null,
  callTelemetry: null,
  callIdHash: null,
};

/** It swaps tickets by path; what the official client names is a payment by one of four companies. */
async function buyReceipt(): Promise<unknown> {
  const { zkPublicParams } = parseRelayInfo(await get(chat, '/v1/sotto/relay'));
  const serverParams = new ServerPublicParams(zkPublicParams);
  const context = new ClientZkReceiptOperations(serverParams).createReceiptCredentialRequestContext(
    new ReceiptSerial(randomBytes(16)),
  );
  return world.anonymous.createLoginReceiptCredential({
    paymentProcessor: 'stripe',
    purchaseIdentifier: 'nothing that was bought',
    receiptCredentialRequestContext: context,
    serverParams,
    purchaseTime: Date.now(),
  });
}

const first = async (stream: ReadableStream<unknown>) => stream.getReader().read();

type Calls = Readonly<Record<string, () => Promise<unknown>>>;

const SECOND_FACTOR: Calls = {
  generateTotpKey: () => chat.generateTotpKey(),
  confirmTotpKey: () => chat.confirmTotpKey({ oneTimePassword: 123_456, metadata, svrKey }),
  startWebAuthnRegistration: () => chat.startWebAuthnRegistration(),
  finishWebAuthnRegistration: () =>
    chat.finishWebAuthnRegistration({
      attestationObject: randomBytes(10),
      collectedClientDataJson: '{}',
      metadata,
      svrKey,
    }),
  startMfaVerification: () => chat.startMfaVerification({}),
  finishMfaVerification: () => chat.finishMfaVerification({ credential: { totpPassword: 123_456 } }),
  listMfaKeys: () => chat.listMfaKeys({ svrKey }),
  setMfaKeyMetadata: () => chat.setMfaKeyMetadata({ keyId: 1, metadata, svrKey }),
  removeMfaKey: () => chat.removeMfaKey({ keyId: 1 }),
};

const BACKUPS: Calls = {
  setBackupPublicKey: () => world.anonymous.setBackupPublicKey({ auth }),
  getBackupCdnCredentials: () => world.anonymous.getBackupCdnCredentials({ auth, cdn: 3 }),
  getMessageBackupInfo: () => world.anonymous.getMessageBackupInfo({ auth }),
  getMediaBackupInfo: () => world.anonymous.getMediaBackupInfo({ auth }),
  getBackupSvrBCredentials: () => world.anonymous.getBackupSvrBCredentials({ auth }),
  refreshBackup: () => world.anonymous.refreshBackup({ auth }),
  backupDeleteAll: () => world.anonymous.backupDeleteAll({ auth }),
  listBackupMedia: () => world.anonymous.listBackupMedia({ auth }),
  copyBackupMedia: () => {
    const item = { sourceAttachmentCdn: 3, sourceKey: 'key', objectLength: 5, mediaId };
    return first(
      world.anonymous.copyBackupMedia({ auth, items: [{ ...item, encryptionKey: randomBytes(64) }] }),
    );
  },
  deleteBackupMedia: () => first(world.anonymous.deleteBackupMedia({ auth, items: [{ mediaId, cdn: 3 }] })),
  redeemBackupReceipt: async () =>
    chat.redeemBackupReceipt({
      presentation: new ReceiptCredentialPresentation(await world.relay.presentation()),
    }),
};

const OTHERS: Calls = {
  getCurrencyConversions: () => chat.getCurrencyConversions(),
  createLoginReceiptCredential: buyReceipt,
  checkSvrCredentials: () =>
    world.anonymous.checkSvrCredentials({ number: '+12065550100', credentials: ['somebody:password'] }),
  submitCallQualitySurvey: () => world.anonymous.submitCallQualitySurvey({ survey }),
};

describe.each([
  ['keys for a second factor', SECOND_FACTOR],
  ['backups', BACKUPS],
  ['payments, purchases, credentials and surveys', OTHERS],
])('%s', (_name, calls) => {
  it.each(Object.entries(calls))('are not there: %s', async (_call, ask) => {
    await expect(ask()).rejects.toMatchObject({
      code: ErrorCode.IoError,
      message: expect.stringContaining('unexpected gRPC status: Unimplemented'),
    });
  });
});
