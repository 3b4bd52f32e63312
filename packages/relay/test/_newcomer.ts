import { PrivateKey } from '@signalapp/libsignal-client';
import { type Bytes, toBase64 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { type AccountKeys, type Aci, createSeed, deriveAccount, formatAci } from '@sotto/identity';
import {
  formatLinkRequest,
  formatRegistrationRequest,
  type LinkRequest,
  parseJson,
  parseLinkCode,
  parseLinkResponse,
  type RegistrationRequest,
} from '@sotto/protocol';
import { ask, basic, type RawReply } from './_raw-client.ts';
import type { TestRelay } from './_test-relay.ts';

/** Somebody who can be registered with a plain request, every part of which a test may spoil. */
export interface Newcomer {
  readonly keys: AccountKeys;
  readonly aci: Aci;
  readonly aciText: string;
  readonly password: string;
  readonly accessKey: Bytes;
  readonly recoveryPassword: Bytes;
  readonly registrationId: number;
  readonly authorization: string;
  request(changes?: Partial<RegistrationRequest>): RegistrationRequest;
}

export function createNewcomer(keys: AccountKeys = deriveAccount(createSeed(randomBytes))): Newcomer {
  const identity = PrivateKey.deserialize(keys.ratchetSecret);
  const { aci, account: identityKey } = keys;
  const password = toBase64(randomBytes(18));
  const accessKey = randomBytes(16);
  const recoveryPassword = randomBytes(32);
  const signed = (publicKey: Bytes) => ({ keyId: 1, publicKey, signature: identity.sign(publicKey) });
  // The relay checks type and signature of a Kyber key; nobody here ever encapsulates to it.
  const kyber = new Uint8Array(1_569).fill(7);
  kyber[0] = 8;
  return {
    keys,
    aci,
    aciText: formatAci(aci),
    password,
    accessKey,
    recoveryPassword,
    registrationId: 42,
    authorization: basic(formatAci(aci), password),
    request: (changes = {}) => ({
      accountAttributes: {
        fetchesMessages: true,
        registrationId: 42,
        unidentifiedAccessKey: accessKey,
        unrestrictedUnidentifiedAccess: false,
        discoverableByPhoneNumber: false,
        capabilities: { spqr: true },
        recoveryPassword,
      },
      skipDeviceTransfer: true,
      aciIdentityKey: identityKey,
      aciSignedPreKey: signed(PrivateKey.generate().getPublicKey().serialize()),
      aciPqLastResortPreKey: signed(kyber),
      ...changes,
    }),
  };
}

/** Post a registration as it is given. */
export function postRegistration(
  relay: TestRelay,
  newcomer: Pick<Newcomer, 'password'>,
  request: RegistrationRequest,
  user = '__no_number__',
): Promise<RawReply> {
  return ask(relay, {
    verb: 'POST',
    path: '/v1/registration',
    headers: { authorization: basic(user, newcomer.password) },
    json: formatRegistrationRequest(request),
  });
}

export async function registered(relay: TestRelay): Promise<Newcomer> {
  const newcomer = createNewcomer();
  const receiptCredentialPresentation = await relay.presentation();
  const reply = await postRegistration(relay, newcomer, newcomer.request({ receiptCredentialPresentation }));
  if (reply.status !== 200) throw new Error(`registration: ${reply.status}`);
  return newcomer;
}

/** What a new device of somebody's account says, every part of which a test may spoil. */
export function linking(
  owner: Newcomer,
  verificationCode: string,
  changes: Partial<LinkRequest> = {},
): LinkRequest {
  const { aciSignedPreKey, aciPqLastResortPreKey } = owner.request();
  const capabilities = { spqr: true, optionalPhoneNumber: true };
  return {
    verificationCode,
    accountAttributes: { fetchesMessages: true, registrationId: 77, capabilities },
    aciSignedPreKey,
    aciPqLastResortPreKey,
    ...changes,
  };
}

/** Put a request to be linked as it is given. */
export function putLink(
  relay: TestRelay,
  request: LinkRequest,
  password = toBase64(randomBytes(18)),
): Promise<RawReply> {
  return ask(relay, {
    verb: 'PUT',
    path: '/v1/devices/link',
    headers: { authorization: basic('anybody', password) },
    json: formatLinkRequest(request),
  });
}

/** A code by which a device is linked to the account of whoever asks. */
export async function codeFor(relay: TestRelay, { authorization }: Pick<Newcomer, 'authorization'>) {
  const path = '/v1/devices/provisioning/code';
  const reply = await ask(relay, { verb: 'GET', path, headers: { authorization } });
  if (reply.status !== 200) throw new Error(`code: ${reply.status}`);
  return parseLinkCode(parseJson(reply.body));
}

/** A device linked to an account: what it shows from then on, and its number. */
export async function linked(relay: TestRelay, owner: Newcomer, changes: Partial<LinkRequest> = {}) {
  const { verificationCode } = await codeFor(relay, owner);
  const password = toBase64(randomBytes(18));
  const reply = await putLink(relay, linking(owner, verificationCode, changes), password);
  if (reply.status !== 200) throw new Error(`linking: ${reply.status}`);
  const { deviceId } = parseLinkResponse(parseJson(reply.body));
  return { deviceId, authorization: basic(`${owner.aciText}.${deviceId}`, password) };
}
