import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { asBytes, type Bytes, concatBytes, fromBase64, fromUtf8, toBase64, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { openDatabase } from '@sotto/database';
import {
  decodeEnvelope,
  formatJson,
  formatMessageList,
  formatUuid,
  parseAttachmentForm,
  parseJson,
  parsePreKeyResponse,
} from '@sotto/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RELAY_MIGRATIONS } from '../src/store/schema.ts';
import { type Newcomer, registered } from './_newcomer.ts';
import {
  askThrough,
  buildRequest,
  onionKeyOf,
  post,
  sealByHand,
  type ThroughRequest,
} from './_onion-client.ts';
import { ask, RawSocket } from './_raw-client.ts';
import { draft, putRecord, sign } from './_record.ts';
import { createTestRelay, type TestRelay, until } from './_test-relay.ts';
import { askForm, download, uploadAtOnce } from './_uploads.ts';

const MINUTE = 60_000;

let relay: TestRelay;
let bob: Newcomer;
let key: Bytes;
beforeAll(async () => {
  relay = await createTestRelay();
  bob = await registered(relay);
  key = await onionKeyOf(relay);
});
afterAll(() => relay.dispose());

const keepAlive: ThroughRequest = { method: 'GET', endpoint: '/v1/keepalive' };

function sendTo(to: Newcomer, text: string, headers: Readonly<Record<string, string>>): ThroughRequest {
  const message = { type: 6, destinationDeviceId: 1, destinationRegistrationId: 42, content: utf8(text) };
  const list = formatMessageList({ messages: [message], timestamp: 1, online: false, urgent: true });
  return { method: 'PUT', endpoint: `/v1/messages/${to.aciText}`, headers, body: formatJson(list) };
}

const asContact = (to: Newcomer) => ({ 'unidentified-access-key': toBase64(to.accessKey) });

/** What waits for somebody, acknowledged. */
async function collect(from: TestRelay, newcomer: Newcomer): Promise<string[]> {
  const socket = await RawSocket.open(from, { authorization: newcomer.authorization });
  const texts: string[] = [];
  let answered = 0;
  // The end of the queue is told when all before it is acknowledged.
  await until(() => {
    for (const push of socket.pushes().slice(answered)) {
      answered++;
      socket.answer(push, 200);
      if (push.path === '/api/v1/queue/empty') return true;
      texts.push(fromUtf8(decodeEnvelope(push.body ?? new Uint8Array()).content ?? new Uint8Array()));
    }
    return false;
  }, 'everything was delivered');
  socket.close();
  return texts;
}

describe('a relay behind the onion network', () => {
  it('answers as on an anonymous socket, sealed, padded when that is wished', async () => {
    const known = await askThrough(relay, { method: 'GET', endpoint: `/v1/sotto/relay` });
    expect([known.status, known.headers['content-type']]).toEqual([200, 'application/json']);
    expect(Number(known.headers['x-signal-timestamp'])).toBeGreaterThan(Date.now() - MINUTE);
    const built = buildRequest(key, keepAlive);
    const { status, body, headers } = await post(relay, built.forward);
    expect([status, headers.get('content-type')]).toEqual([200, 'application/octet-stream']);
    expect(body.length).toBe(4_096 + 24 + 16);
    expect(built.open(body)).toMatchObject({ status: 200 });
    for (const encryption of ['aes-gcm', 'xchacha20'] as const) {
      expect((await askThrough(relay, keepAlive, { encryption, pad: false })).status).toBe(200);
    }
  });

  it('takes messages of contacts and of strangers, and hands out keys', async () => {
    const target = await registered(relay);
    expect((await askThrough(relay, sendTo(target, 'hello', asContact(target)))).status).toBe(200);
    const paid = { 'sotto-work': await relay.work('request', target.aci) };
    expect((await askThrough(relay, sendTo(target, 'may I?', paid))).status).toBe(200);
    expect((await askThrough(relay, sendTo(target, 'unpaid', {}))).status).toBe(401);
    const keys = { method: 'GET', endpoint: `/v2/keys/${target.aciText}/*`, headers: asContact(target) };
    const { body } = await askThrough(relay, keys);
    expect(parsePreKeyResponse(parseJson(body)).devices).toMatchObject([{ deviceId: 1 }]);
    expect(await collect(relay, target)).toEqual(['hello', 'may I?']);
  });

  it('shows a record to anybody, and a profile to contacts', async () => {
    const target = await registered(relay);
    const record = sign(target, draft(target));
    expect(await putRecord(relay, target, record)).toBe(204);
    const found = await askThrough(relay, {
      method: 'GET',
      endpoint: `/v1/sotto/record/${target.aciText}`,
    });
    expect([found.status, found.body]).toEqual([200, record]);
    const endpoint = `/v1/profile/${target.aciText}`;
    const shown = await askThrough(relay, { method: 'GET', endpoint, headers: asContact(target) });
    expect([shown.status, parseJson(shown.body)]).toMatchObject([200, { identityKey: expect.any(String) }]);
    expect((await askThrough(relay, { method: 'GET', endpoint })).status).toBe(401);
  });

  it('gives a form to upload to whoever has worked for it, once', async () => {
    const form = async (headers: Readonly<Record<string, string>>) =>
      askThrough(relay, {
        method: 'GET',
        endpoint: '/v4/attachments/form/upload?uploadLength=1000',
        headers,
      });
    const paid = { 'sotto-work': await relay.work('upload') };
    const { status, body } = await form(paid);
    expect(status).toBe(200);
    const leave = parseAttachmentForm(parseJson(body));
    const file = randomBytes(1_000);
    expect((await uploadAtOnce(relay, leave, file)).status).toBe(201);
    expect((await download(relay, `attachments/${leave.key}`)).body).toEqual(file);
    expect((await form(paid)).status).toBe(401);
    expect((await form({ 'sotto-work': await relay.work('ticket') })).status).toBe(401);
    expect((await form({})).status).toBe(401);
  });

  it('keeps half of its room for files for who has an account', async () => {
    const small = await createTestRelay({ blobs: { limit: 1_000 } });
    const owner = await registered(small);
    const form = async (length: number, work?: string) => {
      const endpoint = `/v4/attachments/form/upload?uploadLength=${length}`;
      const headers = { 'sotto-work': work ?? (await small.work('upload')) };
      return (await askThrough(small, { method: 'GET', endpoint, headers })).status;
    };
    const once = await small.work('upload');
    expect([await form(501), await form(200, once)]).toEqual([503, 200]);
    // Work that is good for nothing any more takes nothing from everybody.
    expect([await form(50, once), await form(50, once)]).toEqual([401, 401]);
    // A quarter is promised at most, used or not.
    expect([await form(100), await form(50)]).toEqual([429, 200]);
    expect((await askForm(small, owner, 900)).status).toBe(200);
    await small.dispose();
  });

  it('has no address that a look-up could be counted for, so each costs work', async () => {
    const exists = async (of: Bytes, headers: Readonly<Record<string, string>> = {}) => {
      const endpoint = `/v1/accounts/account/${formatUuid(of)}`;
      return (await askThrough(relay, { method: 'HEAD', endpoint, headers })).status;
    };
    const nobody = randomBytes(16);
    const paid = async (of: Bytes) => ({ 'sotto-work': await relay.work('lookup', of) });
    expect([await exists(bob.aci), await exists(nobody)]).toEqual([401, 401]);
    const once = await paid(bob.aci);
    expect([await exists(bob.aci, once), await exists(bob.aci, once)]).toEqual([200, 401]);
    expect([await exists(nobody, await paid(nobody)), await exists(nobody, await paid(bob.aci))]).toEqual([
      404, 401,
    ]);
  });

  it('carries the largest message that a socket carries', async () => {
    const target = await registered(relay);
    const large = 'x'.repeat(96 * 1024);
    expect((await askThrough(relay, sendTo(target, large, asContact(target)))).status).toBe(200);
    const most = { method: 'PUT', endpoint: '/v1/messages/x', body: new Uint8Array(512 * 1024) };
    expect((await askThrough(relay, most)).status).toBe(401);
    const more = { ...most, body: new Uint8Array(512 * 1024 + 1) };
    expect((await askThrough(relay, more)).status).toBe(413);
    const far = buildRequest(key, { ...most, body: new Uint8Array(600 * 1024) });
    expect((await post(relay, far.forward)).status).toBe(413);
  });

  it('knows nobody, whatever is said', async () => {
    const { authorization } = bob;
    const calls: [ThroughRequest, number][] = [
      [{ method: 'GET', endpoint: '/v1/accounts/whoami' }, 401],
      [{ method: 'GET', endpoint: '/v1/accounts/whoami', headers: { authorization } }, 403],
      [{ method: 'GET', endpoint: '/v1/accounts/whoami', headers: { Authorization: authorization } }, 403],
      [{ method: 'DELETE', endpoint: '/v1/accounts/me', headers: { authorization } }, 403],
      [{ method: 'POST', endpoint: '/v1/registration', headers: { authorization }, body: utf8('{}') }, 403],
      [{ method: 'PUT', endpoint: '/v1/sotto/record', body: utf8('record') }, 401],
      [{ method: 'POST', endpoint: '/oxen/v4/lsrpc', body: utf8('again') }, 404],
      [{ method: 'GET', endpoint: '/v1/websocket/' }, 404],
    ];
    for (const [request, status] of calls) {
      expect((await askThrough(relay, request)).status, request.endpoint).toBe(status);
    }
    const outside = await ask(relay, {
      verb: 'POST',
      path: '/oxen/v4/lsrpc',
      headers: { authorization },
      body: buildRequest(key, { method: 'GET', endpoint: '/v1/accounts/whoami' }).forward,
    });
    expect(outside.status).toBe(200);
    expect((await ask(relay, { verb: 'GET', path: '/v1/keepalive' })).status).toBe(200);
  });

  it('is read by a client that has nothing of ours', async () => {
    const head = JSON.stringify({ method: 'GET', endpoint: '/v1/keepalive', headers: {} });
    const list = (...parts: string[]) => utf8(`l${parts.map((part) => `${part.length}:${part}`).join('')}e`);
    const built = sealByHand(key, list(head));
    const { status, body } = await post(relay, built.forward);
    expect(status).toBe(200);
    expect(built.open(body)).toMatchObject({ status: 200, body: new Uint8Array(0) });
    // Opened, and no request: that too is said to nobody but its maker.
    for (const plaintext of [utf8('nonsense'), list('{}'), list(head, '', ''), list('"/"')]) {
      const wrong = sealByHand(key, plaintext);
      const answered = await post(relay, wrong.forward);
      expect([answered.status, wrong.open(answered.body).status]).toEqual([200, 400]);
    }
  });

  it('is found at one path, by POST', async () => {
    const { forward } = buildRequest(key, keepAlive);
    const at = async (verb: string, path: string) => (await ask(relay, { verb, path, body: forward })).status;
    expect(await at('POST', '/loki/v3/lsrpc')).toBe(404);
    expect(await at('POST', '/oxen/v3/lsrpc')).toBe(404);
    expect(await at('POST', '/oxen/v4/lsrpc/')).toBe(404);
    expect(await at('POST', '/oxen/v4/lsrpc?x')).toBe(404);
    expect(await at('PUT', '/oxen/v4/lsrpc')).toBe(405);
    const socket = await RawSocket.open(relay);
    const inside = await socket.request({ verb: 'POST', path: '/oxen/v4/lsrpc', id: 1n, body: forward });
    expect(inside.status).toBe(404);
    socket.close();
  });

  it('answers 400 in the clear to what it cannot open, whatever it is', async () => {
    const { forward } = buildRequest(key, keepAlive);
    const refuse = async (body: Bytes) => {
      const { status, body: text } = await post(relay, body);
      expect([status, Buffer.from(text).toString()]).toEqual([400, 'Invalid ciphertext']);
    };
    const other = await createTestRelay();
    await refuse(buildRequest(await onionKeyOf(other), keepAlive).forward);
    await other.dispose();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }).map(asBytes),
          // Before the end of its JSON: the spaces behind that may be missing.
          fc.nat({ max: forward.lastIndexOf(0x7d) }).map((end) => forward.slice(0, end)),
          // Within the ciphertext: its length and what follows it are not under its seal.
          fc
            .nat({ max: 4_000 })
            .map((at) => forward.map((byte, index) => (index === at + 4 ? byte ^ 1 : byte))),
        ),
        (body) => refuse(asBytes(body)),
      ),
      { numRuns: 60 },
    );
    expect(relay.relay.events.totals()['internal-error']).toBeUndefined();
  });
});

describe('a request that was sent before', () => {
  it('stores nothing twice, whoever sends it again, also after a restart', async () => {
    const own = await createTestRelay();
    const target = await registered(own);
    const built = buildRequest(await onionKeyOf(own), sendTo(target, 'once', asContact(target)));
    expect((await post(own, built.forward)).status).toBe(200);
    const again = await post(own, built.forward);
    expect([again.status, Buffer.from(again.body).toString()]).toEqual([400, 'Invalid ciphertext']);
    // What is outside of the seal may be written otherwise.
    expect((await post(own, concatBytes(built.forward, utf8('  ')))).status).toBe(400);
    const restarted = await own.restart();
    expect((await post(restarted, built.forward)).status).toBe(400);
    expect(await collect(restarted, target)).toEqual(['once']);
    await restarted.dispose();
  });

  it('of several at once only one is acted upon', async () => {
    const target = await registered(relay);
    const { forward } = buildRequest(key, sendTo(target, 'once', asContact(target)));
    const replies = await Promise.all(Array.from({ length: 8 }, () => post(relay, forward)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400, 400, 400, 400]);
    expect(await collect(relay, target)).toEqual(['once']);
  });

  it('is too old when it is no longer remembered', async () => {
    let now = 1_790_000_000_000;
    const own = await createTestRelay({ now: () => now });
    const built = buildRequest(await onionKeyOf(own), keepAlive, { now });
    const statusOf = async (request = built) => {
      const { status, body } = await post(own, request.forward);
      const opened = request.open(body);
      return status === 200 && opened.outcome === 'opened' ? opened.status : -status;
    };
    expect(await statusOf()).toBe(200);
    now += 10 * MINUTE;
    expect(await statusOf()).toBe(-400);
    for (const minutes of [1, 11, 40, 24 * 60]) {
      now += minutes * MINUTE;
      expect(await statusOf()).toBe(406);
    }
    const early = buildRequest(await onionKeyOf(own), keepAlive, { now: now + 11 * MINUTE });
    expect(await statusOf(early)).toBe(406);
    expect(await statusOf(buildRequest(await onionKeyOf(own), keepAlive, { now: now + 9 * MINUTE }))).toBe(
      200,
    );
    await own.dispose();
  });
});

describe('the onion key', () => {
  it('is the relay’s own and stays', async () => {
    const own = await createTestRelay();
    const before = await onionKeyOf(own);
    expect(before).not.toEqual(key);
    const restarted = await own.restart();
    expect(await onionKeyOf(restarted)).toEqual(before);
    await restarted.dispose();
  });

  it('is made for a relay from before there was one', async () => {
    const old = mkdtempSync(join(tmpdir(), 'sotto-relay-'));
    openDatabase({ path: join(old, 'relay.db'), migrations: RELAY_MIGRATIONS.slice(0, 1) }).close();
    const { onion_key: _, ...before } = secretsIn(relay.data);
    writeFileSync(join(old, 'secrets.json'), JSON.stringify(before), { mode: 0o600 });
    const own = await createTestRelay({ data: old });
    expect(await onionKeyOf(own)).not.toEqual(key);
    expect((await askThrough(own, keepAlive)).status).toBe(200);
    const { onion_key: made, ...kept } = secretsIn(old);
    expect([kept, fromBase64(made ?? '').length]).toEqual([before, 32]);
    await own.dispose();
  });

  it('is not what a stranger guesses', async () => {
    expect((await post(relay, buildRequest(randomKey(), keepAlive).forward)).status).toBe(400);
  });
});

function secretsIn(folder: string): Record<string, string> {
  return JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8')) as Record<string, string>;
}

function randomKey(): Bytes {
  const bytes = randomBytes(32);
  bytes[31] = (bytes[31] as number) & 0x7f;
  return bytes;
}
