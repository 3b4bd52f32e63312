import {
  ClientZkReceiptOperations,
  ReceiptCredentialResponse,
  ReceiptSerial,
  ServerPublicParams,
} from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, type Bytes, toBase64Url } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { parseInvite } from '@sotto/identity';
import {
  formatReceiptCredentialRequest,
  formatRegistrationRequest,
  parseJson,
  parseReceiptCredentialResponse,
  parseRelayInfo,
  parseTicketResponse,
  TICKET_PAYMENT_PROVIDER,
} from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInvite } from '../src/create-invite.ts';
import { createNewcomer, postRegistration, registered } from './_newcomer.ts';
import { ask, basic, RawSocket } from './_raw-client.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await createTestRelay();
});
afterAll(() => relay.dispose());

const info = async (from: TestRelay) =>
  parseRelayInfo(parseJson((await ask(from, { verb: 'GET', path: '/v1/sotto/relay' })).body));

/** What a client does with a ticket: ask blind, unblind, present. */
async function clientOf(from: TestRelay) {
  const operations = new ClientZkReceiptOperations(new ServerPublicParams((await info(from)).zkPublicParams));
  const context = operations.createReceiptCredentialRequestContext(
    new ReceiptSerial(randomBytes(ReceiptSerial.SIZE)),
  );
  return {
    request: asBytes(context.getRequest().serialize()),
    receive: (response: Bytes) =>
      operations.receiveReceiptCredential(context, new ReceiptCredentialResponse(response)),
    present: (response: Bytes) => {
      const credential = operations.receiveReceiptCredential(
        context,
        new ReceiptCredentialResponse(response),
      );
      return asBytes(operations.createReceiptCredentialPresentation(credential).serialize());
    },
  };
}

const swap = (
  from: TestRelay,
  ticket: string,
  receiptCredentialRequest: Bytes,
  provider = TICKET_PAYMENT_PROVIDER,
) =>
  ask(from, {
    verb: 'POST',
    path: '/v1/login-purchase/receipt_credentials',
    json: formatReceiptCredentialRequest({
      purchaseIdentifier: ticket,
      receiptCredentialRequest,
      paymentProvider: provider,
    }),
  });

async function buyTicket(from: TestRelay): Promise<string> {
  const headers = { 'sotto-work': await from.work('ticket') };
  const reply = await ask(from, { verb: 'POST', path: '/v1/sotto/ticket', headers });
  return parseTicketResponse(parseJson(reply.body)).ticket;
}

describe('tickets', () => {
  it('cost work where registration is open, and each work buys one', async () => {
    const headers = { 'sotto-work': await relay.work('ticket') };
    const buy = { verb: 'POST', path: '/v1/sotto/ticket', headers };
    expect((await ask(relay, buy)).status).toBe(200);
    expect((await ask(relay, buy)).status).toBe(401);
    expect((await ask(relay, { ...buy, headers: {} })).status).toBe(401);
    const other = { 'sotto-work': await relay.work('request') };
    expect((await ask(relay, { ...buy, headers: other })).status).toBe(401);
  });

  it('become a receipt that registers, issued blind and the same for a retry', async () => {
    const ticket = await buyTicket(relay);
    const client = await clientOf(relay);
    const first = await swap(relay, ticket, client.request);
    const again = await swap(relay, ticket, client.request);
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body).toEqual(first.body);
    expect((await swap(relay, ticket, (await clientOf(relay)).request)).status).toBe(409);
    // It is looked at before the mathematics, which would find this unsound.
    expect((await swap(relay, ticket, randomBytes(97))).status).toBe(409);

    const { receiptCredentialResponse } = parseReceiptCredentialResponse(parseJson(first.body));
    const credential = client.receive(receiptCredentialResponse);
    expect(credential.getReceiptLevel()).toBe(300n);
    expect(credential.getReceiptExpirationTime() % (30 * 86_400)).toBe(0);
    const newcomer = createNewcomer();
    const receiptCredentialPresentation = client.present(receiptCredentialResponse);
    const reply = await postRegistration(
      relay,
      newcomer,
      newcomer.request({ receiptCredentialPresentation }),
    );
    expect(reply.status).toBe(200);
    expect(parseJson(reply.body)).toMatchObject({
      uuid: newcomer.aciText,
      number: null,
      reregistration: false,
    });
  });

  it('are refused when nobody made them, or for another kind of payment', async () => {
    const { request } = await clientOf(relay);
    const status = async (...parameters: Parameters<typeof swap>) => (await swap(...parameters)).status;
    expect(await status(relay, toBase64Url(randomBytes(32)), request)).toBe(404);
    expect(await status(relay, 'no ticket at all', request)).toBe(404);
    expect(await status(relay, await buyTicket(relay), request, 'STRIPE')).toBe(400);
    const ticket = await buyTicket(relay);
    expect(await status(relay, ticket, randomBytes(97))).toBe(400);
    // The unsound request has not used it up.
    expect(await status(relay, ticket, request)).toBe(200);
  });

  it('are not to be swapped or bought under an account', async () => {
    const { authorization } = await registered(relay);
    const headers = { authorization, 'sotto-work': await relay.work('ticket') };
    expect((await ask(relay, { verb: 'POST', path: '/v1/sotto/ticket', headers })).status).toBe(403);
    const path = '/v1/login-purchase/receipt_credentials';
    expect((await ask(relay, { verb: 'POST', path, headers, json: {} })).status).toBe(403);
  });

  it('come only with an invite where registration is by invite', async () => {
    const own = await createTestRelay({ registration: 'invite' });
    expect((await info(own)).registration).toBe('invite');
    const headers = { 'sotto-work': await own.work('ticket') };
    expect((await ask(own, { verb: 'POST', path: '/v1/sotto/ticket', headers })).status).toBe(403);
    const { invite } = await createInvite({ data: own.data });
    const parsed = parseInvite(invite);
    expect(`${parsed.relay.url}#key=${toBase64Url(parsed.relay.key ?? new Uint8Array())}`).toBe(
      own.relay.url,
    );
    const client = await clientOf(own);
    expect((await swap(own, toBase64Url(parsed.ticket), client.request)).status).toBe(200);
    await own.dispose();
  });
});

describe('registration', () => {
  const changes: readonly [string, number, (n: ReturnType<typeof createNewcomer>) => object][] = [
    [
      'a signature of another key',
      422,
      () => ({ aciSignedPreKey: createNewcomer().request().aciSignedPreKey }),
    ],
    [
      'a Kyber key in place of an EC key',
      422,
      (n) => ({ aciIdentityKey: Uint8Array.of(8, ...n.keys.account.subarray(1)) }),
    ],
    [
      'no capability spqr',
      499,
      (n) => ({ accountAttributes: { ...n.request().accountAttributes, capabilities: {} } }),
    ],
    [
      'no recovery password',
      422,
      (n) => ({
        accountAttributes: { ...n.request().accountAttributes, recoveryPassword: new Uint8Array(0) },
      }),
    ],
    [
      'no recovery password, beside a session that is none',
      422,
      (n) => ({
        sessionId: '',
        accountAttributes: { ...n.request().accountAttributes, recoveryPassword: new Uint8Array(0) },
      }),
    ],
    [
      'no access key',
      422,
      (n) => ({
        accountAttributes: { ...n.request().accountAttributes, unidentifiedAccessKey: new Uint8Array(0) },
      }),
    ],
    ['push instead of fetching', 422, () => ({ apnToken: { apnRegistrationId: 'x' } })],
    ['two proofs', 422, () => ({ recoveryPassword: randomBytes(32) })],
    ['a phone number’s keys', 422, (n) => ({ pniIdentityKey: n.keys.account })],
  ];

  it.each(changes)('is refused for %s', async (_name, status, change) => {
    const newcomer = createNewcomer();
    const receiptCredentialPresentation = await relay.presentation();
    const request = newcomer.request({ receiptCredentialPresentation, ...change(newcomer) });
    expect((await postRegistration(relay, newcomer, request)).status).toBe(status);
    // None of them has spent the receipt.
    const good = newcomer.request({ receiptCredentialPresentation });
    expect((await postRegistration(relay, newcomer, good)).status).toBe(200);
  });

  it('is refused without a proof, with a session, and without a password', async () => {
    const newcomer = createNewcomer();
    expect((await postRegistration(relay, newcomer, newcomer.request())).status).toBe(422);
    const session = newcomer.request({ sessionId: 'abc' });
    expect((await postRegistration(relay, newcomer, session, '+15550100')).status).toBe(400);
    const json = formatRegistrationRequest(newcomer.request());
    const post = { verb: 'POST', path: '/v1/registration', json };
    expect((await ask(relay, post)).status).toBe(400);
    const headers = { authorization: basic('__no_number__', 'short') };
    expect((await ask(relay, { ...post, headers })).status).toBe(400);
  });

  it('of one receipt by two at once succeeds for one', async () => {
    const receiptCredentialPresentation = await relay.presentation();
    const replies = await Promise.all(
      Array.from({ length: 5 }, () => {
        const newcomer = createNewcomer();
        return postRegistration(relay, newcomer, newcomer.request({ receiptCredentialPresentation }));
      }),
    );
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
  });

  it('again by recovery password replaces keys, mail and credentials', async () => {
    const owner = await registered(relay);
    const old = await RawSocket.open(relay, { authorization: owner.authorization });
    const again = createNewcomer(owner.keys);
    const request = again.request({ recoveryPassword: owner.recoveryPassword });
    const reply = await postRegistration(relay, again, request, owner.aciText);
    expect(reply.status).toBe(200);
    expect(parseJson(reply.body)).toMatchObject({ uuid: owner.aciText, reregistration: true });
    await until(() => old.closed !== undefined, 'the old socket is closed');
    expect(old.closed).toBe(4401);
    const whoami = (authorization: string) =>
      ask(relay, { verb: 'GET', path: '/v1/accounts/whoami', headers: { authorization } });
    expect((await whoami(owner.authorization)).status).toBe(401);
    expect((await whoami(again.authorization)).status).toBe(200);
    // The recovery password is now the one the new registration gave.
    expect((await postRegistration(relay, again, request, owner.aciText)).status).toBe(403);
  });
});
