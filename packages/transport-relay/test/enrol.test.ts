import { type Bytes, concatBytes, fromUtf8, toBase64, utf8 } from '@sotto/bytes';
import type { Enrolment } from '@sotto/client';
import { checkWork } from '@sotto/crypto';
import { accountIdFromBytes, aciOf, formatAci } from '@sotto/identity';
import {
  formatJson,
  formatReceiptCredentialResponse,
  formatRegistrationResponse,
  formatRelayInfo,
  parseJson,
  parseReceiptCredentialRequest,
  parseRegistrationRequest,
  type RegistrationMode,
  type RelayInfo,
  type RequestFrame,
} from '@sotto/protocol';
import { createFakeClock } from '@sotto/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCredentials } from '../src/credentials.ts';
import type { ReceiptCredentials } from '../src/receipt-credentials.ts';
import { createRelayRoad } from '../src/relay-road.ts';
import { around, createScriptedRelay, type ScriptedAnswer } from './scripted-relay.ts';

const ACCOUNT = accountIdFromBytes(new Uint8Array(33).fill(5));
const ACI = formatAci(aciOf(ACCOUNT));
const signed = (length: number) => ({
  id: 3,
  publicKey: new Uint8Array(length).fill(5),
  signature: new Uint8Array(64),
});
const ENROLMENT: Enrolment = {
  account: ACCOUNT,
  device: 1,
  registrationId: 42,
  accessKey: new Uint8Array(16).fill(1),
  keys: { signedPreKey: signed(33), lastResortKyberPreKey: signed(1569), preKeys: [], kyberPreKeys: [] },
  identitySecret: new Uint8Array(64),
  recoveryPassword: new Uint8Array(32).fill(2),
  restore: false,
  blinding: new Uint8Array(32).fill(3),
};

/** Stands for zkgroup: the request hides nothing, so that a test can follow it. */
const receipts: ReceiptCredentials = {
  request: (publicParams, randomness) =>
    publicParams.length === 0
      ? undefined
      : {
          bytes: concatBytes(utf8('request '), randomness),
          present: (issued) => (fromUtf8(issued) === 'issued' ? utf8('presentation') : undefined),
        },
};

const INFO: RelayInfo = {
  registration: 'open',
  zkPublicParams: new Uint8Array([1]),
  workBits: { ticket: 3, keys: 0, request: 0 },
  maxMessageBytes: 1,
  maxRecordBytes: 1,
};

interface World {
  readonly registration?: RegistrationMode;
  /** Answers that replace the relay's own, by path; taken one after the other. */
  readonly instead?: Readonly<Record<string, (ScriptedAnswer | undefined)[]>>;
  readonly accountExists?: boolean;
}

function enrolAt({ registration = 'open', instead = {}, accountExists = false }: World = {}) {
  const log: { readonly socket: number; readonly request: RequestFrame }[] = [];
  let exists = accountExists;
  const relay = createScriptedRelay((request, socket) => {
    log.push({ socket: relay.sockets.indexOf(socket), request });
    const queue = instead[request.path];
    if (queue && queue.length > 0) return queue.shift();
    switch (request.path) {
      case '/v1/sotto/relay':
        return json(
          formatRelayInfo({
            ...INFO,
            registration,
          }),
        );
      case '/v1/sotto/ticket':
        return json({ ticket: 'bought' });
      case '/v1/login-purchase/receipt_credentials':
        return json(formatReceiptCredentialResponse({ receiptCredentialResponse: utf8('issued') }));
      case '/v1/registration': {
        const body = parseRegistrationRequest(parseJson(request.body ?? new Uint8Array(0)));
        if (body.recoveryPassword && !exists) return { status: 403 };
        exists = true;
        return json(formatRegistrationResponse({ uuid: ACI, storageCapable: false, reregistration: false }));
      }
      default:
        return { status: 200 };
    }
  });
  const { clock, surroundings } = around(relay);
  const road = createRelayRoad({ ...surroundings, receipts });
  const paths = () => log.map(({ request }) => request.path.split('/').at(-1));
  const bodiesOf = (path: string): Bytes[] =>
    log.flatMap(({ request }) => (request.path === path && request.body ? [request.body] : []));
  return { relay, clock, road, log, paths, bodiesOf };
}

const json = (value: unknown): ScriptedAnswer => ({ status: 200, body: formatJson(value) });
const SWAP = '/v1/login-purchase/receipt_credentials';

describe('enrolling', () => {
  it('buys a ticket by the relay’s clock when ours is a day away', async () => {
    const DAY = 86_400_000;
    const told = { 'X-Signal-Timestamp': String(createFakeClock().now() + DAY) };
    const { road, log, clock } = enrolAt({
      instead: { '/v1/sotto/ticket': [{ status: 401, headers: told }] },
    });
    expect(await road.enrol(ENROLMENT)).toMatchObject({ outcome: 'enrolled' });
    const [early, late] = log.flatMap(({ request }) => request.headers.get('sotto-work') ?? []);
    const terms = { purpose: 'ticket', target: new Uint8Array(0), bits: 3 };
    expect(checkWork({ ...terms, work: early ?? '', now: clock.now() }).outcome).toBe('ok');
    expect(checkWork({ ...terms, work: late ?? '', now: clock.now() + DAY }).outcome).toBe('ok');
  });

  it('buys a ticket with work, swaps it blind, and registers on another connection', async () => {
    const { road, log, paths, clock, relay } = enrolAt();
    const enrolled = await road.enrol(ENROLMENT);
    expect(paths()).toEqual(['relay', 'ticket', 'receipt_credentials', 'relay', 'registration']);
    expect(log.map(({ socket }) => socket)).toEqual([0, 0, 0, 1, 1]);
    expect(relay.sockets.map((socket) => socket.closedBy)).toEqual([1000, 1000]);
    const work = log[1]?.request.headers.get('sotto-work') ?? '';
    const terms = { purpose: 'ticket', target: new Uint8Array(0), bits: 3, now: clock.now() };
    expect(checkWork({ ...terms, work }).outcome).toBe('ok');
    expect(log.slice(0, 3).some(({ request }) => request.headers.has('authorization'))).toBe(false);

    const request = log[4]?.request;
    const body = parseRegistrationRequest(parseJson(request?.body ?? new Uint8Array(0)));
    expect(body).toMatchObject({
      receiptCredentialPresentation: utf8('presentation'),
      skipDeviceTransfer: true,
      aciIdentityKey: ACCOUNT,
      accountAttributes: {
        fetchesMessages: true,
        registrationId: 42,
        discoverableByPhoneNumber: false,
        unrestrictedUnidentifiedAccess: false,
        capabilities: { spqr: true },
        unidentifiedAccessKey: ENROLMENT.accessKey,
        recoveryPassword: ENROLMENT.recoveryPassword,
      },
    });
    expect(body).not.toHaveProperty('recoveryPassword');
    if (enrolled.outcome !== 'enrolled') throw new Error(enrolled.outcome);
    const { aci, device, password } = decodeCredentials(enrolled.credentials);
    expect([formatAci(aci), device]).toEqual([ACI, 1]);
    const basic = `__no_number__:${Buffer.from(password).toString('base64url')}`;
    expect(request?.headers.get('authorization')).toBe(`Basic ${toBase64(utf8(basic))}`);
    expect(clock.pending).toBe(0);
  });

  it('uses an invite’s ticket where only invites register, and says when it needs one', async () => {
    const { road, bodiesOf } = enrolAt({ registration: 'invite' });
    expect(await road.enrol(ENROLMENT)).toEqual({ outcome: 'needs-invite' });
    expect((await road.enrol({ ...ENROLMENT, ticket: 'invited' })).outcome).toBe('enrolled');
    const [swap] = bodiesOf(SWAP).map((body) => parseReceiptCredentialRequest(parseJson(body)));
    expect(swap).toMatchObject({ purchaseIdentifier: 'invited', paymentProvider: 'SOTTO_TICKET' });
  });

  it('repeats the very same swap after a crash, another for another ticket or secret', async () => {
    const invited = { ...ENROLMENT, ticket: 'invited' };
    const again = enrolAt();
    await again.road.enrol(invited);
    await again.road.enrol(invited);
    await again.road.enrol({ ...invited, ticket: 'other' });
    await again.road.enrol({ ...invited, blinding: new Uint8Array(32) });
    const requests = again
      .bodiesOf(SWAP)
      .map((body) => toBase64(parseReceiptCredentialRequest(parseJson(body)).receiptCredentialRequest));
    expect(requests[1]).toBe(requests[0]);
    expect(new Set(requests).size).toBe(3);
  });

  it('takes up an account whose registration was answered into a crash', async () => {
    for (const [path, status] of [
      ['/v1/registration', 400],
      [SWAP, 409],
    ] as const) {
      const { road, log } = enrolAt({ accountExists: true, instead: { [path]: [{ status }] } });
      expect((await road.enrol({ ...ENROLMENT, ticket: 'spent' })).outcome).toBe('enrolled');
      const last = log.at(-1)?.request;
      const user = Buffer.from(last?.headers.get('authorization')?.slice(6) ?? '', 'base64').toString();
      expect(user.startsWith(`${ACI}:`)).toBe(true);
    }
  });

  it('restores by the recovery password first, and registers anew where nobody knows the account', async () => {
    const known = enrolAt({ accountExists: true });
    expect((await known.road.enrol({ ...ENROLMENT, restore: true })).outcome).toBe('enrolled');
    expect(known.paths()).toEqual(['registration']);
    const unknown = enrolAt();
    expect((await unknown.road.enrol({ ...ENROLMENT, restore: true })).outcome).toBe('enrolled');
    expect(unknown.paths()).toEqual([
      'registration',
      'relay',
      'ticket',
      'receipt_credentials',
      'relay',
      'registration',
    ]);
  });

  it.each<[string, number, object]>([
    ['/v1/sotto/relay', 429, { outcome: 'busy', retryAfter: 30_000 }],
    ['/v1/sotto/ticket', 403, { outcome: 'needs-invite' }],
    ['/v1/sotto/ticket', 401, { outcome: 'rejected', status: 401 }],
    [SWAP, 204, { outcome: 'busy', retryAfter: 30_000 }],
    [SWAP, 404, { outcome: 'invite-refused' }],
    ['/v1/registration', 400, { outcome: 'invite-refused' }],
    ['/v1/registration', 499, { outcome: 'rejected', status: 499 }],
    ['/v1/registration', 503, { outcome: 'busy', retryAfter: 30_000 }],
  ])('names what it means when %s answers %i', async (path, status, outcome) => {
    const { road } = enrolAt({ instead: { [path]: [{ status }, { status }] } });
    expect(await road.enrol(ENROLMENT)).toEqual(outcome);
  });

  it('shows no presentation to a relay that has other parameters for another connection', async () => {
    const lie = json(formatRelayInfo({ ...INFO, zkPublicParams: new Uint8Array([2]) }));
    const { road, paths } = enrolAt({ instead: { '/v1/sotto/relay': [lie] } });
    expect(await road.enrol(ENROLMENT)).toEqual({ outcome: 'rejected', status: 502 });
    expect(paths()).toEqual(['relay', 'ticket', 'receipt_credentials', 'relay']);
    const silent = enrolAt({
      instead: { '/v1/sotto/relay': [json(formatRelayInfo(INFO)), { status: 503 }] },
    });
    expect(await silent.road.enrol(ENROLMENT)).toEqual({ outcome: 'busy', retryAfter: 30_000 });
    expect(silent.paths()).not.toContain('registration');
  });

  it('does not believe a relay that gives it another name', async () => {
    const uuid = '00000000-0000-8000-8000-000000000000';
    const lie = json(formatRegistrationResponse({ uuid, storageCapable: false, reregistration: false }));
    const { road } = enrolAt({ instead: { '/v1/registration': [lie] } });
    expect(await road.enrol(ENROLMENT)).toEqual({ outcome: 'rejected', status: 502 });
  });

  it('uploads one-time keys as the new device, without collecting mail', async () => {
    const { road, relay, log } = enrolAt();
    const keys = { ...ENROLMENT.keys, preKeys: [{ id: 9, publicKey: new Uint8Array(33).fill(5) }] };
    expect((await road.enrol({ ...ENROLMENT, keys })).outcome).toBe('enrolled');
    expect(log.at(-1)?.request.path).toBe('/v2/keys?identity=aci');
    expect(relay.sockets.at(-1)?.opened.headers).toMatchObject({ 'x-signal-disable-messages': 'true' });
  });

  it.each(['wrong-key', 'untrusted'] as const)(
    'names a server that is %s and tells it nothing',
    async (reason) => {
      for (const restore of [false, true]) {
        const { road, relay, log } = enrolAt();
        relay.refusals.push({ outcome: reason });
        expect(await road.enrol({ ...ENROLMENT, restore })).toEqual({ outcome: 'unreachable', reason });
        expect(log).toEqual([]);
      }
    },
  );

  it('wants the keys that a registration must have', async () => {
    const { road } = enrolAt();
    const keys = { preKeys: [], kyberPreKeys: [] };
    await expect(road.enrol({ ...ENROLMENT, keys })).rejects.toMatchObject({ code: 'incomplete-keys' });
  });

  it('gives a typed outcome whatever the relay answers', async () => {
    const answer = fc.record({
      status: fc.integer({ min: 100, max: 999 }),
      body: fc.oneof(
        fc.json().map(utf8),
        fc.uint8Array({ maxLength: 40 }).map((each) => new Uint8Array(each)),
      ),
    });
    const path = fc.constantFrom('/v1/sotto/relay', '/v1/sotto/ticket', SWAP, '/v1/registration');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(path, answer), { maxLength: 3 }),
        fc.boolean(),
        async (lies, restore) => {
          const instead: Record<string, ScriptedAnswer[]> = {};
          for (const [where, lie] of lies) instead[where] = [...(instead[where] ?? []), lie];
          expect(await enrolAt({ instead }).road.enrol({ ...ENROLMENT, restore })).toHaveProperty('outcome');
        },
      ),
      { numRuns: 60 },
    );
  });
});
