import { randomInt } from 'node:crypto';
import { ErrorCode } from '@signalapp/libsignal-client';
import { Secret, utf8 } from '@sotto/bytes';
import { afterEach, describe, expect, it } from 'vitest';
import type { CodeSenderOptions } from '../src/sms/create-code-sender.ts';
import { HttpPeer, type Told } from './_http-peer.ts';
import { Person } from './_person.ts';
import { NumberKeys, newNumber, numberArguments } from './_phone-world.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

const SECRET = 'a-secret-of-thirty-two-letters-x';
const SERVICE = `VA${'0a'.repeat(16)}`;

const open: (HttpPeer | TestRelay)[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.dispose();
});

/** A relay whose codes go by a service that answers as it is told. */
async function relayWith(options: (peer: HttpPeer) => CodeSenderOptions) {
  const peer = await HttpPeer.listen();
  open.push(peer);
  const relay = await createTestRelay({ registration: 'phone', codes: { sender: options(peer) } });
  open.push(relay);
  return { peer, relay };
}

const byWebhook = () =>
  relayWith(({ origin }) => ({ kind: 'webhook', url: origin, secret: new Secret(utf8(SECRET)) }));

/** What the person does who waits for a code. */
async function begin(relay: TestRelay) {
  const number = newNumber();
  const service = await relay.net().createRegistrationSession({ e164: number });
  const send = (transport: 'sms' | 'voice' = 'sms') =>
    service.requestVerification({ transport, client: 'sotto-test', languages: ['pt-BR', 'en'] });
  return { number, service, send };
}

describe('a relay with a webhook', () => {
  it('registers whoever types the code that it was given', async () => {
    const { peer, relay } = await byWebhook();
    const { number, service, send } = await begin(relay);
    await send();
    const given = JSON.parse(peer.asked[0]?.body ?? '');
    expect(given).toEqual({ number, code: expect.any(String), transport: 'sms', language: 'pt-BR' });
    expect(await service.verifySession(given.code)).toBe(true);
    const answer = await service.registerAccount(numberArguments(new Person(), new NumberKeys()));
    expect(answer.number).toBe(number);
  });

  it('sends by phone what cannot go by message', async () => {
    const { peer, relay } = await byWebhook();
    const { service, send } = await begin(relay);
    peer.answer = () => ({ status: 418 });
    await expect(send()).rejects.toMatchObject({ code: ErrorCode.RegistrationVerificationSendFailed });
    peer.answer = () => ({ status: 200 });
    await send('voice');
    expect(await service.verifySession(JSON.parse(peer.asked[1]?.body ?? '').code)).toBe(true);
  });

  it.each([
    [403, { reason: 'providerRejected', permanentFailure: true }],
    [422, { reason: 'illegalArgument', permanentFailure: true }],
    [500, { reason: 'providerUnavailable', permanentFailure: false }],
  ])('says why a code was not sent: %i', async (status, failure) => {
    const { peer, relay } = await byWebhook();
    const { send } = await begin(relay);
    peer.answer = () => ({ status });
    const code = ErrorCode.RegistrationVerificationCodeNotDeliverable;
    await expect(send()).rejects.toMatchObject({ code, ...failure });
    // What has failed counts as well.
    await expect(send()).rejects.toMatchObject({ code: ErrorCode.RateLimitedError });
    expect(relay.relay.events.totals()).toMatchObject({ 'code-not-sent': 1 });
  });
});

/** The part of Twilio Verify that makes and checks codes: five tries, and then it knows nothing of it. */
class Verify {
  readonly #codes = new Map<string, { readonly code: string; tries: number }>();
  /** What the person reads. */
  sent = '';

  answer(path: string, form: URLSearchParams): Told {
    if (path.endsWith('/Verifications')) {
      const sid = `VE${String(this.#codes.size).padStart(32, '0')}`;
      this.sent = String(randomInt(10_000)).padStart(4, '0');
      this.#codes.set(sid, { code: this.sent, tries: 0 });
      return { status: 201, body: JSON.stringify({ sid, status: 'pending', valid: false }) };
    }
    const known = this.#codes.get(form.get('VerificationSid') ?? '');
    if (known === undefined || known.tries++ >= 5)
      return { status: 404, body: '{"code":20404,"status":404}' };
    const valid = known.code === form.get('Code');
    return { status: 201, body: JSON.stringify({ sid: 'x', status: valid ? 'approved' : 'pending', valid }) };
  }
}

describe('a relay with Twilio', () => {
  const byTwilio = () =>
    relayWith(({ origin }) => ({
      kind: 'twilio',
      service: SERVICE,
      credentials: new Secret(utf8('SK0:s')),
      origin,
    }));

  it('registers whoever types the code that Twilio has made', async () => {
    const { peer, relay } = await byTwilio();
    const verify = new Verify();
    peer.answer = ({ path, body }) => verify.answer(path, new URLSearchParams(body));
    const { number, service, send } = await begin(relay);
    await send();
    expect(await service.verifySession(verify.sent === '0000' ? '1111' : '0000')).toBe(false);
    expect(await service.verifySession(verify.sent)).toBe(true);
    const answer = await service.registerAccount(numberArguments(new Person(), new NumberKeys()));
    expect(answer.number).toBe(number);
    // The relay's own code went nowhere.
    expect(peer.asked.map(({ body }) => body).join()).not.toMatch(/Code=[0-9]{6}/);
  });

  it('verifies nobody while Twilio cannot be asked', async () => {
    const { peer, relay } = await byTwilio();
    const verify = new Verify();
    peer.answer = ({ path, body }) => verify.answer(path, new URLSearchParams(body));
    const { service, send } = await begin(relay);
    await send();
    peer.answer = () => 'nothing';
    await expect(service.verifySession(verify.sent)).rejects.toThrow();
    expect(service.sessionState.verified).toBe(false);
  });
});
