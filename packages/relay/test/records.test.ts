import type { Bytes } from '@sotto/bytes';
import { signRecord } from '@sotto/identity';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { draft, following, putRecord, sign } from './_record.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';

let relay: TestRelay;
beforeAll(async () => {
  relay = await createTestRelay();
});
afterAll(() => relay.dispose());

const put = (owner: Newcomer, body: Bytes) => putRecord(relay, owner, body);
const get = (aci: string) => ask(relay, { verb: 'GET', path: `/v1/sotto/record/${aci}` });

describe('the account record', () => {
  it('comes back byte for byte, to anybody', async () => {
    const alice = await registered(relay);
    expect((await get(alice.aciText)).status).toBe(404);
    const first = sign(alice, draft(alice));
    expect(await put(alice, first)).toBe(204);
    const reply = await get(alice.aciText.toUpperCase());
    expect(reply.headers.get('content-type')).toBe('application/octet-stream');
    expect(reply.body).toEqual(first);
    expect(await put(alice, first)).toBe(204);
  });

  it('goes forward only: a rollback or a fork is a conflict', async () => {
    const alice = await registered(relay);
    const first = sign(alice, draft(alice));
    await put(alice, first);
    const second = sign(alice, following(alice, first));
    const fork = sign(alice, { ...following(alice, first), issuedAt: Date.now() - 1_000 });
    expect(await put(alice, second)).toBe(204);
    expect(await put(alice, first)).toBe(409);
    expect(await put(alice, fork)).toBe(409);
    expect((await get(alice.aciText)).body).toEqual(second);
  });

  it('of two revisions at once keeps one', async () => {
    const alice = await registered(relay);
    const rivals = [1, 2].map((shift) => sign(alice, draft(alice, { issuedAt: Date.now() - shift })));
    const statuses = await Promise.all(rivals.map((rival) => put(alice, rival)));
    expect(statuses.sort()).toEqual([204, 409]);
  });

  it('is refused when it is damaged, another’s, unproven, or too large', async () => {
    const [alice, mallory] = [await registered(relay), await registered(relay)];
    const good = sign(alice, draft(alice));
    const damaged = good.slice();
    damaged[50] = (damaged[50] as number) ^ 1;
    expect(await put(alice, damaged)).toBe(422);
    expect(await put(mallory, good)).toBe(422);
    const unproven = signRecord({
      draft: draft(alice),
      identitySecret: alice.keys.identitySecret,
      second: { kind: 'recovery', secret: mallory.keys.recoverySecret },
    });
    expect(await put(alice, unproven)).toBe(422);
    expect(await put(alice, new Uint8Array(0))).toBe(422);
    expect(await put(alice, new Uint8Array(16_385))).toBe(413);
    expect((await get(alice.aciText)).status).toBe(404);
    expect((await ask(relay, { verb: 'PUT', path: '/v1/sotto/record', body: good })).status).toBe(401);
  });

  it('goes with its account', async () => {
    const alice = await registered(relay);
    await put(alice, sign(alice, draft(alice)));
    const headers = { authorization: alice.authorization };
    expect((await ask(relay, { verb: 'DELETE', path: '/v1/accounts/me', headers })).status).toBe(204);
    expect((await get(alice.aciText)).status).toBe(404);
  });
});
