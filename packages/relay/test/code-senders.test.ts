import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, utf8 } from '@sotto/bytes';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CodeSender } from '../src/sms/code-sender.ts';
import { type CodeSenderOptions, createCodeSender } from '../src/sms/create-code-sender.ts';
import { ownCertificate } from '../src/tls/relay-certificate.ts';
import { HttpPeer } from './_http-peer.ts';

const NOW = 1_800_000_000_000;
const SECRET = 'a-secret-of-thirty-two-letters-x';
const SERVICE = `VA${'0a'.repeat(16)}`;
const CREDENTIALS = 'SK00000000000000000000000000000000:top-secret';

const secretOf = (text: string) => new Secret(utf8(text));
const request = { number: '+12065550100', transport: 'sms', code: '123456' } as const;
const surroundings = { host: '127.0.0.1', log: () => undefined, now: () => NOW };
const create = (options: CodeSenderOptions) => createCodeSender(options, surroundings);

let peer: HttpPeer;
beforeAll(async () => {
  peer = await HttpPeer.listen();
});
afterAll(() => peer.dispose());
beforeEach(() => {
  peer.asked.length = 0;
  peer.answer = () => ({ status: 200 });
});

const unavailable = { outcome: 'not-sent', reason: 'providerUnavailable', permanentFailure: false };
const rejected = { outcome: 'not-sent', reason: 'providerRejected', permanentFailure: true };
const rejectedForNow = { ...rejected, permanentFailure: false };
const illegal = { outcome: 'not-sent', reason: 'illegalArgument', permanentFailure: true };

describe('the webhook', () => {
  let sender: CodeSender;
  beforeAll(() => {
    sender = create({ kind: 'webhook', url: `${peer.origin}/codes?from=relay`, secret: secretOf(SECRET) });
  });

  it('is given the code, and shown by secret and signature that it is ours', async () => {
    expect(await sender.send({ ...request, language: 'pt-BR' })).toEqual({ outcome: 'sent' });
    const [asked] = peer.asked;
    expect(asked?.path).toBe('/codes?from=relay');
    expect(JSON.parse(asked?.body ?? '')).toEqual({ ...request, language: 'pt-BR' });
    const time = NOW / 1000;
    const mac = createHmac('sha256', utf8(SECRET)).update(utf8(`${time}.${asked?.body}`));
    const signature = Buffer.from(mac.digest()).toString('hex');
    expect(asked?.headers).toMatchObject({
      authorization: `Bearer ${SECRET}`,
      'content-type': 'application/json',
      'sotto-signature': `t=${time},v1=${signature}`,
    });
    await sender.send(request);
    expect(JSON.parse(peer.asked[1]?.body ?? '')).toMatchObject({ language: null });
    expect(peer.asked[1]?.headers['idempotency-key']).not.toBe(asked?.headers['idempotency-key']);
  });

  it.each([
    [204, { outcome: 'sent' }, 1],
    [418, { outcome: 'transport-refused' }, 1],
    [400, illegal, 1],
    [422, illegal, 1],
    [403, rejected, 1],
    [429, rejectedForNow, 1],
    [401, unavailable, 1],
    [404, unavailable, 1],
    [500, unavailable, 2],
    [503, unavailable, 2],
  ])('that answers %i is understood, and asked again only when it fails', async (status, outcome, asked) => {
    peer.answer = () => ({ status, body: 'x'.repeat(200_000) });
    expect(await sender.send(request)).toEqual(outcome);
    expect(peer.asked).toHaveLength(asked);
  });

  it('that fails once is asked again, and can tell that it is the same code', async () => {
    peer.answer = () => (peer.asked.length === 1 ? 'nothing' : { status: 200 });
    expect(await sender.send(request)).toEqual({ outcome: 'sent' });
    const keys = peer.asked.map(({ headers }) => headers['idempotency-key']);
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  it('is not followed elsewhere', async () => {
    const other = await HttpPeer.listen();
    peer.answer = () => ({ status: 307, headers: { location: other.origin } });
    expect(await sender.send(request)).toEqual(unavailable);
    expect(other.asked).toEqual([]);
    await other.dispose();
  });

  it('that hangs is given up', { timeout: 20_000 }, async () => {
    const slow = await HttpPeer.listen();
    // An answer that never ends.
    slow.answer = () => ({ status: 200, headers: { 'content-length': '100' }, body: 'x' });
    const { send } = create({ kind: 'webhook', url: slow.origin, secret: secretOf(SECRET) });
    expect(await send(request)).toEqual(unavailable);
    expect(slow.asked).toHaveLength(2);
    await slow.dispose();
  });

  it('is told nothing when its certificate is nobody’s', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sotto-webhook-'));
    const own = await HttpPeer.listen(await ownCertificate(folder, '127.0.0.1'));
    const { send } = create({ kind: 'webhook', url: own.origin, secret: secretOf(SECRET) });
    expect(await send(request)).toEqual(unavailable);
    expect(own.asked).toEqual([]);
    await own.dispose();
    rmSync(folder, { recursive: true });
  });
});

/** As Twilio's pages describe the two calls: https://www.twilio.com/docs/verify/api/verification and …/verification-check. */
describe('Twilio Verify', () => {
  const SID = `VE${'0b'.repeat(16)}`;
  let sender: CodeSender;
  beforeAll(() => {
    sender = create({
      kind: 'twilio',
      service: SERVICE,
      credentials: secretOf(CREDENTIALS),
      origin: peer.origin,
    });
  });
  const check = (code: string) => sender.check?.({ reference: SID, code });
  const verification = (fields: object) => ({ status: 201, body: JSON.stringify({ sid: SID, ...fields }) });
  const failure = (status: number, code: number) => ({
    status,
    body: JSON.stringify({ code, message: 'no', more_info: 'https://www.twilio.com/docs/errors', status }),
  });

  it.each([
    ['sms', 'sms'],
    ['voice', 'call'],
  ] as const)('is asked to send a code of its own by %s', async (transport, channel) => {
    peer.answer = () => verification({ status: 'pending', to: request.number, channel, valid: false });
    expect(await sender.send({ ...request, transport })).toEqual({ outcome: 'sent', reference: SID });
    const [asked] = peer.asked;
    expect(asked?.path).toBe(`/v2/Services/${SERVICE}/Verifications`);
    expect(asked?.body).toBe(`To=%2B12065550100&Channel=${channel}`);
    expect(asked?.headers).toMatchObject({
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from(CREDENTIALS).toString('base64')}`,
    });
  });

  it.each([
    ['approved', true, 'right'],
    ['pending', false, 'wrong'],
    ['canceled', false, 'wrong'],
  ])('says of a code that it is %s', async (status, valid, outcome) => {
    peer.answer = () => verification({ status, valid });
    expect(await check('123456')).toEqual({ outcome });
    expect(peer.asked[0]?.path).toBe(`/v2/Services/${SERVICE}/VerificationCheck`);
    expect(peer.asked[0]?.body).toBe(`VerificationSid=${SID}&Code=123456`);
  });

  it.each([
    ['that is over', failure(404, 20404), 'wrong'],
    ['that was tried too often', failure(429, 60202), 'wrong'],
    ['that it does not take for one', failure(400, 60200), 'wrong'],
    ['while our credentials are not good', failure(401, 20003), 'unavailable'],
    ['while it is down', { status: 503 }, 'unavailable'],
  ])('cannot say of a code %s', async (_name, answer, outcome) => {
    peer.answer = () => answer;
    expect(await check('123456')).toEqual({ outcome });
  });

  it.each(['12', 'abcdef', '12345678901', '123456&Code=1'])('is not asked about %j', async (code) => {
    expect(await check(code)).toEqual({ outcome: 'wrong' });
    expect(peer.asked).toEqual([]);
  });

  it.each([
    [failure(403, 60205), { outcome: 'transport-refused' }],
    [failure(400, 60200), illegal],
    [failure(429, 60203), rejectedForNow],
    [failure(403, 60410), rejected],
    [failure(401, 20003), unavailable],
    [failure(429, 20429), rejectedForNow],
    [{ status: 404, body: '<html>' }, unavailable],
    [{ status: 500 }, unavailable],
    [{ status: 201, body: '{}' }, unavailable],
  ])('refuses with %o', async (answer, outcome) => {
    peer.answer = () => answer;
    expect(await sender.send(request)).toEqual(outcome);
  });
});

describe('what an operator says', () => {
  it.each<[string, CodeSenderOptions, string]>([
    ['a log that others could fill', { kind: 'log' }, '0.0.0.0'],
    [
      'a webhook in the clear',
      { kind: 'webhook', url: 'http://sms.example/', secret: secretOf(SECRET) },
      '::1',
    ],
    ['a webhook that is no URL', { kind: 'webhook', url: 'sms.example', secret: secretOf(SECRET) }, '::1'],
    [
      'a password in the URL',
      { kind: 'webhook', url: 'https://a:b@sms.example', secret: secretOf(SECRET) },
      '::1',
    ],
    ['a short secret', { kind: 'webhook', url: 'https://sms.example', secret: secretOf('short') }, '::1'],
    [
      'a secret of two lines',
      { kind: 'webhook', url: 'https://sms.example', secret: secretOf(`${SECRET}\nx`) },
      '::1',
    ],
    ['another service', { kind: 'twilio', service: 'AC00', credentials: secretOf(CREDENTIALS) }, '::1'],
    ['half of the credentials', { kind: 'twilio', service: SERVICE, credentials: secretOf('SK00') }, '::1'],
  ])('is refused for %s, without a word of what is secret', (_name, options, host) => {
    const refused = (): unknown => createCodeSender(options, { ...surroundings, host });
    expect(refused).toThrow(expect.objectContaining({ code: 'bad-code-sender' }));
    expect(refused).not.toThrow(new RegExp(`${SECRET}|SK00|short`));
  });

  it('may be a log all the same', async () => {
    const lines: string[] = [];
    const log = (line: string): number => lines.push(line);
    const options = { kind: 'log', beyondLoopback: true } as const;
    await createCodeSender(options, { ...surroundings, host: '0.0.0.0', log }).send(request);
    expect(lines).toEqual(['code for +12065550100 by sms: 123456']);
  });
});
