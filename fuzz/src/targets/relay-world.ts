import { mkdtempSync, rmSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PrivateKey } from '@signalapp/libsignal-client';
import { asBytes, type Bytes, fromBase64, toBase64, utf8 } from '@sotto/bytes';
import { randomBytes, solveWork } from '@sotto/crypto';
import { formatAci, parseAci } from '@sotto/identity';
import { formatRegistrationRequest, type WorkPurpose } from '@sotto/protocol';
import { createInvite, type RunningRelay, startRelay } from '@sotto/relay';
import { Broken } from '../target.ts';
import { counted } from './kit.ts';
import { accountNamed } from './people.ts';

const PASSWORD = 'a password of the fuzz';
/** The relay's clock goes on by so much with each input, so that limits by time let some of each kind through. Milliseconds. */
const STEP = 1_000;
/** Inputs after which sessions of numbers are opened anew, well before they end, and it is looked whether the account lives. */
const FRESH_FOR = 200;

/** Who may register: anybody for work, or numbers. */
export type Mode = 'open' | 'phone';

/** A number that is being registered: its session, the code that was sent to it, or that was shown already. */
export interface Session {
  readonly id: string;
  readonly number: string;
  readonly code: string;
}

export interface World {
  readonly port: number;
  /** Of its one account, which is another one when an input has deleted it. */
  readonly aci: string;
  readonly authorization: string;
  /** Where numbers register: one whose code was sent, and one whose code was shown. */
  readonly sent?: Session;
  readonly verified?: Session;
  /** Its clock goes on. */
  tick(): Promise<void>;
  /** Work at its price; for the account, where it is for one. */
  work(purpose: WorkPurpose): Promise<string>;
  /** Throws when the relay has met something that it did not expect. */
  mustBeWell(): void;
  close(): Promise<void>;
}

/** A relay in a folder of its own, with one account. Without TLS it speaks HTTP/1.1 only, and faster. */
export async function openRelay(mode: Mode, tls?: 'none'): Promise<World> {
  const data = mkdtempSync(join(tmpdir(), 'sotto-fuzz-relay-'));
  let last = '';
  const codes = new Map<string, string>();
  const log = (line: string): void => {
    if (line.includes('internal-error')) last = line;
    const [, number, code] = /^code for (\+\d+) by \w+: (\d{6})$/.exec(line) ?? [];
    if (number !== undefined && code !== undefined) codes.set(number, code);
  };
  let given = 0;
  const now = (): number => Date.now() + given * STEP;
  const relay = await startRelay({
    now,
    data,
    listen: { host: '127.0.0.1', port: 0 },
    registration: mode,
    ...(mode === 'phone' && { codes: { sender: { kind: 'log' as const } } }),
    ...(tls && { tls }),
    log,
    workBits: { ticket: 1, keys: 1, request: 1 },
  });
  const { port, protocol } = new URL(relay.url);
  const residents = new Residents(`${protocol}//127.0.0.1:${port}`, { data, codes, mode });
  await residents.refresh();
  let failures = 0;
  return {
    port: Number(port),
    get aci() {
      return residents.aci;
    },
    get authorization() {
      return basic(residents.aci, PASSWORD);
    },
    get sent() {
      return residents.sent as Session;
    },
    get verified() {
      return residents.verified as Session;
    },
    tick: async () => {
      given += 1;
      if (given % FRESH_FOR === 0) await residents.refresh();
    },
    work: (purpose) => {
      const target = purpose === 'ticket' ? new Uint8Array(0) : parseAci(residents.aci);
      return solveWork({ purpose, target, bits: 1, now: now(), random: randomBytes });
    },
    mustBeWell: () => {
      const met = relay.events.totals()['internal-error'] ?? 0;
      if (met === failures) return;
      failures = met;
      throw new Broken(`the relay met what it did not expect: ${last}`);
    },
    close: () => closeRelay(relay, data),
  };
}

async function closeRelay(relay: RunningRelay, data: string): Promise<void> {
  await relay.close();
  rmSync(data, { recursive: true, force: true });
}

interface Home {
  readonly data: string;
  /** Sent last to each number. */
  readonly codes: ReadonlyMap<string, string>;
  readonly mode: Mode;
}

/** Who is at the relay, as any client comes there. */
class Residents {
  readonly #origin: string;
  readonly #home: Home;
  #people = 0;
  #numbers = 0;
  aci = '';
  sent: Session | undefined;
  verified: Session | undefined;

  constructor(origin: string, home: Home) {
    this.#origin = origin;
    this.#home = home;
  }

  /** An input may have deleted the account, or changed its password; and sessions end. */
  async refresh(): Promise<void> {
    if (this.#home.mode === 'phone') {
      this.sent = (await this.#session()) ?? this.sent;
      this.verified = (await this.#verified()) ?? this.verified;
    }
    const headers = { authorization: basic(this.aci, PASSWORD) };
    const lives = this.aci !== '' && (await this.#ask('GET', '/v1/accounts/whoami', headers)).status === 200;
    if (!lives) await this.#register();
  }

  async #register(): Promise<void> {
    const keys = accountNamed(this.#people === 0 ? 'relay' : `relay ${this.#people}`);
    this.#people += 1;
    const { user, changes } = this.#home.mode === 'phone' ? await this.#byNumber() : await this.#byInvite();
    const { ec, kyber } = signedKeys(PrivateKey.deserialize(keys.ratchetSecret));
    const request = formatRegistrationRequest({
      accountAttributes: {
        fetchesMessages: true,
        registrationId: 42,
        ...(this.#home.mode === 'phone' && { pniRegistrationId: 43 }),
        unidentifiedAccessKey: counted(16),
        unrestrictedUnidentifiedAccess: true,
        discoverableByPhoneNumber: false,
        capabilities: { spqr: true },
        recoveryPassword: counted(32),
      },
      skipDeviceTransfer: true,
      aciIdentityKey: keys.account,
      aciSignedPreKey: ec,
      aciPqLastResortPreKey: kyber,
      ...changes,
    });
    const headers = { authorization: basic(user, PASSWORD) };
    const { status } = await this.#ask('POST', '/v1/registration', headers, request);
    if (status !== 200) throw new Error(`registration: ${status}`);
    this.aci = formatAci(keys.aci);
  }

  async #byInvite() {
    const { data } = this.#home;
    const { receiptCredentialPresentation = '' } = await createInvite({ data, presentation: true });
    const changes = { receiptCredentialPresentation: fromBase64(receiptCredentialPresentation) };
    return { user: '__no_number__', changes };
  }

  async #byNumber() {
    const session = await this.#verified();
    if (session === undefined) throw new Error('no number could be verified');
    return { user: session.number, changes: { sessionId: session.id, ...numberKeys() } };
  }

  /** Undefined where the relay sends no more codes for now. */
  async #session(): Promise<Session | undefined> {
    const number = `+1206${5_550_100 + this.#numbers++}`;
    const { body } = await this.#ask('POST', '/v1/verification/session', {}, { number });
    const { id } = JSON.parse(body || '{}') as { readonly id?: string };
    if (id === undefined) return undefined;
    const wanted = { transport: 'sms', client: 'fuzz' };
    const { status } = await this.#ask('POST', `/v1/verification/session/${id}/code`, {}, wanted);
    return status === 200 ? { id, number, code: this.#home.codes.get(number) ?? '' } : undefined;
  }

  async #verified(): Promise<Session | undefined> {
    const session = await this.#session();
    if (session === undefined) return undefined;
    const { id, code } = session;
    const { status } = await this.#ask('PUT', `/v1/verification/session/${id}/code`, {}, { code });
    return status === 200 ? session : undefined;
  }

  #ask(
    method: string,
    path: string,
    headers: Record<string, string>,
    json?: unknown,
  ): Promise<{ readonly status: number; readonly body: string }> {
    const send = this.#origin.startsWith('https:') ? httpsRequest : httpRequest;
    return new Promise((resolve, reject) => {
      // Its own certificate, which no authority has signed.
      const asked = send(`${this.#origin}${path}`, {
        method,
        headers: { ...headers, 'content-type': 'application/json' },
        rejectUnauthorized: false,
        agent: false,
      });
      asked.on('error', reject);
      asked.on('response', (answer) => {
        let body = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          body += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body }));
      });
      asked.end(json === undefined ? undefined : JSON.stringify(json));
    });
  }
}

const basic = (user: string, password: string): string => `Basic ${toBase64(utf8(`${user}:${password}`))}`;

/** What a registration says of a number, by an identity that is the same in every run. */
export function numberKeys() {
  const { account, ratchetSecret } = accountNamed('number');
  const { ec, kyber } = signedKeys(PrivateKey.deserialize(ratchetSecret));
  return { pniIdentityKey: account, pniSignedPreKey: ec, pniPqLastResortPreKey: kyber };
}

/** The relay checks type and signature of a Kyber key; nobody here encapsulates to it. */
function signedKeys(identity: PrivateKey) {
  const signed = (publicKey: Bytes) => ({
    keyId: 1,
    publicKey,
    signature: asBytes(identity.sign(publicKey)),
  });
  const kyber = new Uint8Array(1_569).fill(7);
  kyber[0] = 8;
  return { ec: signed(asBytes(identity.getPublicKey().serialize())), kyber: signed(kyber) };
}
