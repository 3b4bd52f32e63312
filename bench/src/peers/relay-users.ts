import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateKey } from '@signalapp/libsignal-client';
import { type Bytes, fromBase64, toBase64, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { createSeed, deriveAccount, formatAci } from '@sotto/identity';
import { formatJson, formatRegistrationRequest } from '@sotto/protocol';
import { createInvite, startRelay } from '@sotto/relay';

/** Of every user's one device. */
export const REGISTRATION_ID = 42;

export interface RelayUser {
  /** The ACI as text. */
  readonly name: string;
  readonly authorization: string;
  readonly accessKey: Bytes;
}

/** Users who are registered in a relay's folder, which every start gets a copy of. */
export interface RelayUsers {
  readonly users: readonly RelayUser[];
  copyTo(folder: string): void;
  close(): void;
}

/** Register so many users with real keys, each with a receipt of its own. */
export async function registerUsers(count: number): Promise<RelayUsers> {
  const data = mkdtempSync(join(tmpdir(), 'sotto-bench-users-'));
  const listen = { host: '127.0.0.1', port: 0 };
  const relay = await startRelay({ data, listen, registration: 'open', tls: 'none' });
  const users: RelayUser[] = [];
  for (let made = 0; made < count; made++) users.push(await registerOne(relay.url, data));
  await relay.close();
  return {
    users,
    copyTo: (folder) => cpSync(data, folder, { recursive: true }),
    close: () => rmSync(data, { recursive: true }),
  };
}

async function registerOne(url: string, data: string): Promise<RelayUser> {
  const keys = deriveAccount(createSeed(randomBytes));
  const identity = PrivateKey.deserialize(keys.ratchetSecret);
  const [password, accessKey, recoveryPassword] = [
    toBase64(randomBytes(18)),
    randomBytes(16),
    randomBytes(32),
  ];
  const signed = (publicKey: Bytes) => ({ keyId: 1, publicKey, signature: identity.sign(publicKey) });
  // The relay checks type and signature of this key; nobody here begins a session.
  const kyber = new Uint8Array(1_569);
  kyber[0] = 8;
  const { receiptCredentialPresentation = '' } = await createInvite({ data, presentation: true });
  const answer = await fetch(`${url}/v1/registration`, {
    method: 'POST',
    headers: { authorization: basic('__no_number__', password), 'content-type': 'application/json' },
    body: formatJson(
      formatRegistrationRequest({
        accountAttributes: {
          fetchesMessages: true,
          registrationId: REGISTRATION_ID,
          unidentifiedAccessKey: accessKey,
          unrestrictedUnidentifiedAccess: false,
          discoverableByPhoneNumber: false,
          capabilities: { spqr: true },
          recoveryPassword,
        },
        skipDeviceTransfer: true,
        aciIdentityKey: keys.account,
        aciSignedPreKey: signed(PrivateKey.generate().getPublicKey().serialize()),
        aciPqLastResortPreKey: signed(kyber),
        receiptCredentialPresentation: fromBase64(receiptCredentialPresentation),
      }),
    ),
  });
  if (answer.status !== 200) throw new Error(`a user was not registered: ${answer.status}`);
  const name = formatAci(keys.aci);
  return { name, authorization: basic(name, password), accessKey };
}

function basic(user: string, password: string): string {
  return `Basic ${toBase64(utf8(`${user}:${password}`))}`;
}
