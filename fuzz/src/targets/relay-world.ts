import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateKey } from '@signalapp/libsignal-client';
import { asBytes, type Bytes, fromBase64, toBase64, utf8 } from '@sotto/bytes';
import { formatAci } from '@sotto/identity';
import { formatRegistrationRequest } from '@sotto/protocol';
import { createInvite, type RunningRelay, startRelay } from '@sotto/relay';
import { Broken } from '../target.ts';
import { counted } from './kit.ts';
import { accountNamed } from './people.ts';

const PASSWORD = 'a password of the fuzz';
/** The relay's clock goes on by so much with each input, so that limits by time let some of each kind through. Milliseconds. */
const STEP = 1_000;

export interface World {
  readonly port: number;
  readonly aci: string;
  /** Of its one account. */
  readonly authorization: string;
  /** Its clock goes on. */
  tick(): void;
  /** Throws when the relay has met something that it did not expect. */
  mustBeWell(): void;
  close(): Promise<void>;
}

/** A relay in a folder of its own, with one account. Without TLS it speaks HTTP/1.1 only, and faster. */
export async function openRelay(tls?: 'none'): Promise<World> {
  const data = mkdtempSync(join(tmpdir(), 'sotto-fuzz-relay-'));
  let last = '';
  const log = (line: string): void => {
    if (line.includes('internal-error')) last = line;
  };
  let given = 0;
  const relay = await startRelay({
    now: () => Date.now() + given * STEP,
    data,
    listen: { host: '127.0.0.1', port: 0 },
    // Of all modes it is the one in which every route does something.
    registration: 'invite',
    codes: { sender: { kind: 'log' } },
    ...(tls && { tls }),
    log,
    workBits: { ticket: 1, keys: 1, request: 1 },
  });
  const { port, protocol } = new URL(relay.url);
  const aci = await register(`${protocol}//127.0.0.1:${port}`, data);
  let failures = 0;
  return {
    port: Number(port),
    aci,
    authorization: `Basic ${toBase64(utf8(`${aci}:${PASSWORD}`))}`,
    tick: () => {
      given += 1;
    },
    mustBeWell: () => {
      const now = relay.events.totals()['internal-error'] ?? 0;
      if (now === failures) return;
      failures = now;
      throw new Broken(`the relay met what it did not expect: ${last}`);
    },
    close: () => closeRelay(relay, data),
  };
}

async function closeRelay(relay: RunningRelay, data: string): Promise<void> {
  await relay.close();
  rmSync(data, { recursive: true, force: true });
}

/** One account by invite, as any client registers. */
async function register(origin: string, data: string): Promise<string> {
  const { receiptCredentialPresentation = '' } = await createInvite({ data, presentation: true });
  const keys = accountNamed('relay');
  const identity = PrivateKey.deserialize(keys.ratchetSecret);
  const signed = (publicKey: Bytes) => ({
    keyId: 1,
    publicKey,
    signature: asBytes(identity.sign(publicKey)),
  });
  const kyber = new Uint8Array(1_569).fill(7);
  kyber[0] = 8;
  const request = formatRegistrationRequest({
    accountAttributes: {
      fetchesMessages: true,
      registrationId: 42,
      unidentifiedAccessKey: counted(16),
      unrestrictedUnidentifiedAccess: true,
      discoverableByPhoneNumber: false,
      capabilities: { spqr: true },
      recoveryPassword: counted(32),
    },
    receiptCredentialPresentation: fromBase64(receiptCredentialPresentation),
    skipDeviceTransfer: true,
    aciIdentityKey: keys.account,
    aciSignedPreKey: signed(asBytes(identity.getPublicKey().serialize())),
    aciPqLastResortPreKey: signed(kyber),
  });
  const post = origin.startsWith('https:') ? httpsRequest : httpRequest;
  const authorization = `Basic ${toBase64(utf8(`__no_number__:${PASSWORD}`))}`;
  const status = await new Promise((resolve, reject) => {
    // Its own certificate, which no authority has signed.
    const asked = post(`${origin}/v1/registration`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      rejectUnauthorized: false,
      agent: false,
    });
    asked.on('error', reject);
    asked.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.end(JSON.stringify(request));
  });
  if (status !== 200) throw new Error(`registration: ${status}`);
  return formatAci(keys.aci);
}
