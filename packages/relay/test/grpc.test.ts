import type { ClientHttp2Session } from 'node:http2';
import { toBase64 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { CHAT_API, chatMethodPath, encodeGrpcBody, IdentityType, SendMessageType } from '@sotto/protocol';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { METHODS } from '../src/grpc/methods.ts';
import { call, postCall } from './_grpc-client.ts';
import { askOver, openSession } from './_http2-client.ts';
import { createNewcomer, type Newcomer, postRegistration, registered } from './_newcomer.ts';
import { ask, basic } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

let relay: TestRelay;
let session: ClientHttp2Session;
let alice: Newcomer;
let bob: Newcomer;

beforeAll(async () => {
  relay = await createTestRelay();
  session = await openSession(relay);
  [alice, bob] = [await registered(relay), await registered(relay)];
});
afterAll(async () => {
  session.destroy();
  await relay.dispose();
});
/** Whatever was sent, the relay serves on, by the same session, and nothing of ours has failed. */
afterEach(async () => {
  expect((await askOver(session, { verb: 'GET', path: '/v1/keepalive' })).status).toBe(200);
  expect(relay.relay.events.totals()['internal-error']).toBeUndefined();
});

const as = ({ authorization }: Newcomer) => ({ authorization });
const idOf = ({ aci }: Pick<Newcomer, 'aci'>, identityType = IdentityType.ACI) => ({
  identityType,
  uuid: aci,
});
const ILLEGAL = { status: 3, reason: 'CONSTRAINT_VIOLATED' };
const { Accounts, AccountsAnonymous, Keys, Messages } = CHAT_API;

describe('who may call', () => {
  const count = Keys.method.getPreKeyCount;

  it.each([
    ['nobody', () => ({})],
    ['a wrong password', () => ({ authorization: basic(alice.aciText, 'wrong') })],
    ['no such device', () => ({ authorization: basic(`${alice.aciText}.2`, alice.password) })],
    ['no such account', () => as(createNewcomer())],
    ['another scheme', () => ({ authorization: 'Bearer x' })],
  ])('a device’s method: not %s', async (_name, headers) => {
    const refused = { status: 16, reason: 'INVALID_CREDENTIALS' };
    expect(await call(session, count, {}, headers())).toEqual(refused);
  });

  it('whichever it is', async () => {
    for (const { path, who } of METHODS.values()) {
      if (who !== 'device') continue;
      expect([path, await postCall(session, path, encodeGrpcBody(new Uint8Array(0)))]).toEqual([
        path,
        { status: 16, reason: 'INVALID_CREDENTIALS' },
      ]);
    }
  });

  it('an anonymous method: not somebody', async () => {
    const method = AccountsAnonymous.method.checkAccountExistence;
    const request = { serviceIdentifier: idOf(bob) };
    expect(await call(session, method, request, as(alice))).toEqual({
      status: 3,
      reason: 'BAD_AUTHENTICATION',
    });
    expect(await call(session, method, request)).toMatchObject({ accountExists: true });
  });

  it('no longer who has been registered anew since', async () => {
    const owner = await registered(relay);
    const again = createNewcomer(owner.keys);
    expect(await call(session, count, {}, as(owner))).toMatchObject({ aciEcPreKeyCount: 0 });
    const request = again.request({ recoveryPassword: owner.recoveryPassword });
    expect((await postRegistration(relay, again, request, owner.aciText)).status).toBe(200);
    expect(await call(session, count, {}, as(owner))).toMatchObject({ status: 16 });
    expect(await call(session, count, {}, as(again))).toMatchObject({ aciEcPreKeyCount: 0 });
  });
});

describe('a recovery password', () => {
  const set = (who: Newcomer, registrationRecoveryPassword: Uint8Array) =>
    call(session, Accounts.method.setRegistrationRecoveryPassword, { registrationRecoveryPassword }, as(who));

  it('is set, and all else of the account stays as it is', async () => {
    const carol = await registered(relay);
    const recoveryPassword = randomBytes(32);
    expect(await set(carol, recoveryPassword)).not.toHaveProperty('status');
    const exists = await ask(relay, {
      verb: 'GET',
      path: `/v2/keys/${carol.aciText}/1`,
      headers: { 'unidentified-access-key': toBase64(carol.accessKey) },
    });
    expect(exists.status).toBe(200);
    const again = createNewcomer(carol.keys);
    const former = again.request({ recoveryPassword: carol.recoveryPassword });
    expect((await postRegistration(relay, again, former, carol.aciText)).status).toBe(403);
    const request = again.request({ recoveryPassword });
    expect((await postRegistration(relay, again, request, carol.aciText)).status).toBe(200);
  });

  it('has 32 bytes', async () => {
    expect(await set(alice, randomBytes(31))).toEqual(ILLEGAL);
  });
});

describe('requests that no client should make', () => {
  const message = { registrationId: 42, payload: new Uint8Array([1]), type: SendMessageType.DOUBLE_RATCHET };

  it.each([
    ['to nobody', { destination: undefined }],
    ['to an identity of no kind', { destination: { uuid: new Uint8Array(16) } }],
    ['to half a UUID', { destination: { identityType: IdentityType.ACI, uuid: new Uint8Array(8) } }],
    ['to oneself, which is a sync', () => ({ destination: idOf(alice) })],
    ['without a list', { messages: undefined }],
    ['of a sealed type', { messages: { messages: { 1: { ...message, type: 4 } } } }],
    ['of no type', { messages: { messages: { 1: { ...message, type: 0 } } } }],
    ['of a type of tomorrow', { messages: { messages: { 1: { ...message, type: 9 } } } }],
    ['to a device that there cannot be', { messages: { messages: { 128: message } } }],
    ['at a time after all time', { messages: { timestamp: 2n ** 63n, messages: { 1: message } } }],
    ['of 97 KiB', { messages: { messages: { 1: { ...message, payload: new Uint8Array(97 * 1024) } } } }],
  ])('a message %s', async (_name, changes) => {
    const made = typeof changes === 'function' ? changes() : changes;
    const request = { destination: idOf(bob), messages: { messages: { 1: message } }, ...made };
    expect(await call(session, Messages.method.sendMessage, request, as(alice))).toEqual(ILLEGAL);
  });

  it('keys of no identity, of a phone number’s, none, too many, or of the wrong length', async () => {
    const { setOneTimeEcPreKeys, setEcSignedPreKey } = Keys.method;
    const preKey = { keyId: 1, publicKey: new Uint8Array(33).fill(5) };
    const preKeys = [preKey];
    const put = (request: object) => call(session, setOneTimeEcPreKeys, request, as(alice));
    expect(await put({ preKeys })).toEqual(ILLEGAL);
    expect(await put({ identityType: IdentityType.PNI, preKeys })).toEqual(ILLEGAL);
    const identityType = IdentityType.ACI;
    expect(await put({ identityType })).toEqual(ILLEGAL);
    expect(await put({ identityType, preKeys: Array.from({ length: 101 }, () => preKey) })).toEqual(ILLEGAL);
    expect(await put({ identityType, preKeys: [{ ...preKey, publicKey: new Uint8Array(32) }] })).toEqual(
      ILLEGAL,
    );
    expect(await put({ identityType, preKeys: [{ ...preKey, keyId: -1 }] })).toEqual(ILLEGAL);
    expect(await call(session, setEcSignedPreKey, { identityType }, as(alice))).toEqual(ILLEGAL);
  });
});

describe('bytes that are no call', () => {
  const path = chatMethodPath(Keys.method.getPreKeyCount);
  const post = (body: readonly number[] | Uint8Array) =>
    postCall(session, path, new Uint8Array(body), as(alice));

  it.each([
    ['nothing', [], 3],
    ['half a prefix', [0, 0], 3],
    ['less than announced', [0, 0, 0, 0, 9, 1], 3],
    ['two messages', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 3],
    ['a message that is no protobuf', [0, 0, 0, 0, 1, 0xff], 3],
    ['a compressed message', [1, 0, 0, 0, 0], 12],
  ])('%s', async (_name, body, status) => {
    expect(await post(body)).toMatchObject({ status });
  });

  it('more than a message may have', async () => {
    expect(await post(encodeGrpcBody(new Uint8Array(512 * 1024 + 1)))).toEqual({ status: 8 });
    // Larger than all that is read of one: the rest is not waited for.
    expect(await post(new Uint8Array(5 * 1024 * 1024))).toEqual({ status: 8 });
  });

  it.each([
    '/org.signal.chat.keys.Keys/NoSuchMethod',
    '/org.signal.chat.backup.BackupsAnonymous/SetPublicKey',
    '/org.signal.chat.messages.Messages/GetMessages',
    '/no.such.Service/Method',
    '/v1/keepalive',
    '/',
  ])('to %s, where there is none', async (nowhere) => {
    expect(await postCall(session, nowhere, encodeGrpcBody(new Uint8Array(0)), as(alice))).toEqual({
      status: 12,
    });
  });

  it('of another coding are plain requests', async () => {
    for (const type of ['application/grpc-web', 'application/grpc+json', 'application/json']) {
      const headers = { 'content-type': type };
      expect((await askOver(session, { verb: 'POST', path, headers })).status).toBe(404);
    }
    const headers = { 'content-type': 'application/grpc', ...as(alice) };
    expect((await askOver(session, { verb: 'GET', path, headers })).status).toBe(404);
  });

  it('at random get one status each, whatever the method', async () => {
    const deadly = chatMethodPath(Accounts.method.deleteAccount);
    const paths = [...METHODS.keys()].filter((one) => one !== deadly);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.uint8Array({ maxLength: 80 }),
        fc.boolean(),
        async (one, bytes, framed) => {
          const body = framed ? encodeGrpcBody(bytes) : bytes;
          for (const headers of [{}, as(alice)]) {
            const answered = await postCall(session, one, body, headers);
            const status = answered instanceof Uint8Array ? 0 : answered.status;
            expect([0, 3, 8, 12, 16]).toContain(status);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
