import { PrivateKey } from '@signalapp/libsignal-client';
import { type Bytes, fromBase64, toBase64, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { createSeed, deriveAccount, formatAci } from '@sotto/identity';
import { formatJson, formatRegistrationRequest, HEADER, NO_NUMBER_USER, PATH } from '@sotto/protocol';
import { runProduct } from '../world/product-process.ts';
import { WireSocket } from './wire-socket.ts';

/** Of everybody's one device. */
export const REGISTRATION_ID = 42;

export interface Registered {
  /** The ACI as text. */
  readonly aci: string;
  readonly authorization: string;
  readonly accessKey: Bytes;
}

export interface RegisterRequest {
  readonly url: string;
  readonly data: string;
  readonly database: string;
  readonly log: string;
}

/** An account with real keys, by an invite of the command line. */
export async function register({ url, data, database, log }: RegisterRequest): Promise<Registered> {
  const args = ['relay', 'invite', '--data', data, '--database', database, '--presentation', '--json'];
  const invited = await runProduct({ args, log });
  if (invited.code !== 0) throw new Error(`no invite: ${invited.words}`);
  const { receiptCredentialPresentation } = JSON.parse(invited.stdout) as Record<string, string>;

  const keys = deriveAccount(createSeed(randomBytes));
  const identity = PrivateKey.deserialize(keys.ratchetSecret);
  const [password, accessKey] = [toBase64(randomBytes(18)), randomBytes(16)];
  const signed = (publicKey: Bytes) => ({ keyId: 1, publicKey, signature: identity.sign(publicKey) });
  // The relay checks type and signature of this key; nobody here begins a session.
  const kyber = new Uint8Array(1_569);
  kyber[0] = 8;
  const body = formatRegistrationRequest({
    accountAttributes: {
      fetchesMessages: true,
      registrationId: REGISTRATION_ID,
      unidentifiedAccessKey: accessKey,
      unrestrictedUnidentifiedAccess: false,
      discoverableByPhoneNumber: false,
      capabilities: { spqr: true },
      recoveryPassword: randomBytes(32),
    },
    skipDeviceTransfer: true,
    aciIdentityKey: keys.account,
    aciSignedPreKey: signed(PrivateKey.generate().getPublicKey().serialize()),
    aciPqLastResortPreKey: signed(kyber),
    receiptCredentialPresentation: fromBase64(receiptCredentialPresentation ?? ''),
  });
  const socket = await WireSocket.open({ url });
  const headers = new Map([
    [HEADER.authorization, basic(NO_NUMBER_USER, password)],
    [HEADER.contentType, 'application/json'],
  ]);
  const answer = await socket?.request({
    verb: 'POST',
    path: PATH.registration,
    headers,
    body: formatJson(body),
  });
  socket?.cut();
  if (answer?.status !== 200) throw new Error(`nobody was registered: ${answer?.status}`);
  const aci = formatAci(keys.aci);
  return { aci, authorization: basic(aci, password), accessKey };
}

function basic(user: string, password: string): string {
  return `Basic ${toBase64(utf8(`${user}:${password}`))}`;
}
