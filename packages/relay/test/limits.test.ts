import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, toBase64, toBase64Url, utf8 } from '@sotto/bytes';
import { randomBytes, sha256, solveWork } from '@sotto/crypto';
import { type Aci, aciFromBytes, formatAci } from '@sotto/identity';
import { TokenBuckets } from '@sotto/limits';
import {
  formatCallLinkCredentialRequest,
  formatChallengeAnswer,
  formatJson,
  formatLinkRequest,
  formatMessageList,
  formatProvisioningMessage,
  formatRestoreAccountRequest,
  formatTransferArchiveUpload,
  HEADER,
} from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildContext } from '../src/build-context.ts';
import type { RelayContext } from '../src/context.ts';
import type { Caller } from '../src/http/call.ts';
import { answer } from '../src/http/router.ts';
import type { LimitName } from '../src/limits/limits.ts';
import { answerOnionRequest } from '../src/onion/answer-onion-request.ts';
import { Opened } from '../src/opened.ts';
import { addDevice, putAccount } from '../src/store/accounts.ts';
import { addLinkToken } from '../src/store/link-tokens.ts';
import { putProfile } from '../src/store/profiles.ts';
import { saltedHash } from '../src/store/salted-hash.ts';
import { createNewcomer, linking } from './_newcomer.ts';
import { buildRequest } from './_onion-client.ts';
import { basic } from './_raw-client.ts';

const DAY = 86_400_000;
const NOW = 20_000 * DAY;
const NOWHERE = toBase64Url(new Uint8Array(32));
const CODE = 'a code by which a device is linked';
const ACCESS_KEY = new Uint8Array(16).fill(9);
const VERSION = new Uint8Array(32).fill(7);

let folder: string;
let context: RelayContext;
const opened = new Opened();
const accounts: Aci[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-limits-'));
  context = await buildContext(
    {
      data: folder,
      listen: { host: '127.0.0.1', port: 0 },
      registration: 'phone',
      codes: { sender: { kind: 'log' } },
      now: () => NOW,
      workBits: { upload: 1 },
    },
    opened,
  );
  for (let count = 0; count < 3; count++) accounts.push(await somebody());
});
afterAll(async () => {
  await opened.close();
  rmSync(folder, { recursive: true });
});

async function somebody(): Promise<Aci> {
  const aci = aciFromBytes(randomBytes(16));
  const attributes = {
    fetchesMessages: true,
    registrationId: 5,
    unrestrictedUnidentifiedAccess: false,
    discoverableByPhoneNumber: false,
    capabilities: {},
  };
  await context.store.write(function* () {
    const identityKey = randomBytes(33);
    const account = { aci, identityKey, accessKey: ACCESS_KEY, unrestrictedAccess: false };
    yield* putAccount({ ...account, authCredentialSalt: randomBytes(16) }, 20_000);
    yield* addDevice(aci, { id: 1, password: saltedHash(randomBytes(16)), attributes, day: 20_000 });
    const profile = { version: VERSION, commitment: randomBytes(97), name: randomBytes(81) };
    yield* putProfile(aci, profile, 20_000);
  });
  return aci;
}

/** A call that a limit concerns, made to an account. */
interface LimitedCall {
  readonly verb: string;
  readonly path: string;
  /** By whom it is made, or from another address where nobody is known. */
  readonly who: 'device' | 'anonymous';
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Counted by what is asked for, whoever asks. */
  readonly ofAll?: true;
}

const device = (verb: string, path: string, json?: unknown): LimitedCall => ({
  verb,
  path,
  who: 'device',
  ...(json !== undefined && { json }),
});
const anonymous = (verb: string, path: string, json?: unknown): LimitedCall => ({
  ...device(verb, path, json),
  who: 'anonymous',
});

const message = { type: 6, destinationDeviceId: 1, destinationRegistrationId: 5, content: utf8('x') };
const LIST = formatMessageList({ messages: [message], timestamp: 1, online: false, urgent: true });
const SECONDS = NOW / 1000;
const ARCHIVE = {
  destinationDeviceId: 1,
  destinationDeviceRegistrationId: 5,
  transferArchive: { error: 'RELINK_REQUESTED' },
} as const;
// It cannot what is required, and so the code stays good.
const linkRequest = () =>
  formatLinkRequest(
    linking(createNewcomer(), CODE, {
      accountAttributes: { fetchesMessages: true, registrationId: 77, capabilities: {} },
    }),
  );

/** A form for work of its own: the first call spends it, and the others are refused for the limit before that. */
async function namelessForm(): Promise<LimitedCall> {
  const target = new Uint8Array(0);
  const work = await solveWork({ purpose: 'upload', target, bits: 1, now: NOW, random: randomBytes });
  return {
    ...anonymous('GET', '/v4/attachments/form/upload?uploadLength=1'),
    headers: { [HEADER.work]: work },
  };
}

/** For each limit the calls that ask it; a file's name where a call needs more, and is tested there. `{}` is an account. */
const CALLS: Readonly<Record<LimitName, readonly LimitedCall[] | string>> = {
  preKeys: [device('GET', '/v2/keys/{}/*')],
  keyLookups: [
    device('GET', '/v2/keys/{}/*'),
    device('GET', '/v2/keys/01234567-89ab-8def-8123-456789abcdef/*'),
  ],
  messages: [
    device('PUT', '/v1/messages/{}', LIST),
    device('PUT', '/v1/messages/01234567-89ab-8def-8123-456789abcdef', LIST),
    device('PUT', '/v1/provisioning/nobody', formatProvisioningMessage({ body: utf8('x') })),
  ],
  stories: [{ ...anonymous('PUT', '/v1/messages/{}?story=true', LIST), ofAll: true }],
  inboundBytes: 'src/calls/messages/bounds.test.ts',
  allocateDevice: [device('GET', '/v1/devices/provisioning/code')],
  verifyDevice: [
    {
      ...anonymous('PUT', '/v1/devices/link', linkRequest()),
      headers: { authorization: basic('anybody', 'a password of a device') },
      ofAll: true,
    },
  ],
  waitForLinkedDevice: [device('GET', `/v1/devices/wait_for_linked_device/${NOWHERE}?timeout=1`)],
  uploadTransferArchive: [
    device('PUT', '/v1/devices/transfer_archive', formatTransferArchiveUpload(ARCHIVE)),
  ],
  waitForTransferArchive: [device('GET', '/v1/devices/transfer_archive?timeout=1')],
  profile: [device('GET', '/v1/profile/{}'), device('GET', `/v1/profile/{}/${'0'.repeat(64)}`)],
  usernameSet: [device('PUT', '/v1/accounts/username_hash/confirm', {})],
  usernameReserve: [device('PUT', '/v1/accounts/username_hash/reserve', {})],
  usernameLinkOperation: [
    device('PUT', '/v1/accounts/username_link', {}),
    device('DELETE', '/v1/accounts/username_link'),
  ],
  groupCredentials: [
    device(
      'GET',
      `/v1/certificate/auth/group?redemptionStartSeconds=${SECONDS}&redemptionEndSeconds=${SECONDS}`,
    ),
  ],
  callLinks: [
    device(
      'POST',
      '/v1/call-link/create-auth',
      formatCallLinkCredentialRequest({ createCallLinkCredentialRequest: utf8('no request') }),
    ),
  ],
  callingRelays: [device('GET', '/v2/calling/relays')],
  registrationLock: 'test/registration-by-number.test.ts',
  attachments: 'test/attachments.test.ts',
  uploadBytes: 'test/attachments.test.ts',
  stickerPacks: 'test/stickers.test.ts',
  challengeAttempt: [
    device('PUT', '/v1/challenge', formatChallengeAnswer({ type: 'sottoWork', token: 'x', work: 'x' })),
  ],
  rateLimitReset: 'test/rate-limits.test.ts',
  registrations: 'test/registration-by-number.test.ts',
  codesTo: 'test/verification.test.ts',
  sessions: [{ ...anonymous('POST', '/v1/verification/session', { number: '+12065550199' }), ofAll: true }],
  codesFrom: 'test/verification.test.ts',
  sessionsFrom: [anonymous('POST', '/v1/verification/session', { number: '+12065550199' })],
  usernameLookup: [anonymous('GET', `/v1/accounts/username_hash/${NOWHERE}`)],
  usernameLinkLookup: [anonymous('GET', '/v1/accounts/username_link/01234567-89ab-8def-8123-456789abcdef')],
  accountExistence: [anonymous('HEAD', '/v1/accounts/account/{}')],
  identityCheck: [anonymous('POST', '/v1/profile/identity_check/batch', { elements: [] })],
  records: [anonymous('GET', '/v1/sotto/record/{}')],
  profileCredentials: [
    {
      ...anonymous('GET', `/v1/profile/{}/${'07'.repeat(32)}/00?credentialType=expiringProfileKey`),
      headers: { [HEADER.accessKey]: toBase64(ACCESS_KEY) },
    },
  ],
  receipts: [anonymous('POST', '/v1/login-purchase/receipt_credentials', {})],
  restores: [
    anonymous('PUT', '/v1/devices/restore_account/token', formatRestoreAccountRequest({ method: 'DECLINE' })),
  ],
  restoreWaits: [anonymous('GET', '/v1/devices/restore_account/other?timeout=1')],
  allRestores: [
    {
      ...anonymous(
        'PUT',
        '/v1/devices/restore_account/token',
        formatRestoreAccountRequest({ method: 'DECLINE' }),
      ),
      ofAll: true,
    },
  ],
  namelessForms: [await namelessForm()],
  namelessBytes: [await namelessForm()],
  allNamelessBytes: [{ ...(await namelessForm()), ofAll: true }],
  registration: [anonymous('POST', '/v1/registration', {})],
  recipients: 'src/calls/messages/bounds.test.ts',
};

const TABLE = Object.entries(CALLS).flatMap(([limit, calls]) =>
  typeof calls === 'string'
    ? []
    : calls.map((call) => ({ limit: limit as LimitName, call, name: `${call.verb} ${call.path}` })),
);

/** All limits as they are, and one that lets one through. */
function limitedTo(limit: LimitName, size: number): RelayContext {
  const buckets = new TokenBuckets({ size, refill: 60_000, keys: 100 });
  return { ...context, limits: { ...context.limits, [limit]: buckets } };
}

describe('a limit', () => {
  it.each(TABLE)('of $limit holds for $name, and for nobody else', async ({ limit, call }) => {
    const [target, first, second] = accounts as [Aci, Aci, Aci];
    const expiresAt = NOW + DAY;
    await context.store.write(() => addLinkToken(sha256(utf8(CODE)), target, expiresAt)).catch(() => 'there');
    const limited = limitedTo(limit, 1);
    const make = ({ verb, path, json, headers = {}, who }: LimitedCall, aci: Aci, from: string) => {
      const caller: Caller = { aci, device: 1, login: 'none' };
      return answer(limited, {
        verb,
        path: path.replace('{}', formatAci(target)),
        headers: new Map(Object.entries(headers)),
        body: json === undefined ? new Uint8Array(0) : formatJson(json),
        from,
        socket: who === 'device' ? caller : 'anonymous',
      });
    };
    expect((await make(call, first, '203.0.113.1')).status).not.toBe(429);
    const refused = await make(call, first, '203.0.113.1');
    expect([refused.status, Number(refused.headers.get(HEADER.retryAfter))]).toEqual([429, 60]);
    expect((await make(call, second, '203.0.113.2')).status === 429).toBe(call.ofAll === true);
  });
});

describe('an address behind the onion network', () => {
  it('is that of the last hop, who may do sixteen times as much', async () => {
    const limited = limitedTo('identityCheck', 1);
    const through = async (from: string) => {
      const built = buildRequest(
        context.onionKeys.publicKey,
        {
          method: 'POST',
          endpoint: '/v1/profile/identity_check/batch',
          headers: { 'content-type': 'application/json' },
          body: utf8('{"elements":[]}'),
        },
        { now: NOW },
      );
      const { body } = await answerOnionRequest(limited, {
        body: built.forward,
        from,
        waits: () => undefined,
      });
      const reply = built.open(body as Bytes);
      return reply.outcome === 'opened' ? reply.status : reply.outcome;
    };
    const statuses: unknown[] = [];
    for (let count = 0; count < 17; count++) statuses.push(await through('203.0.113.1'));
    expect(statuses).toEqual([...Array(16).fill(200), 429]);
    expect(await through('203.0.113.2')).toBe(200);
    const direct = await answer(limited, {
      verb: 'POST',
      path: '/v1/profile/identity_check/batch',
      headers: new Map([[HEADER.contentType, 'application/json']]),
      body: utf8('{"elements":[]}'),
      from: '203.0.113.1',
    });
    expect(direct.status).toBe(200);
  });
});
