import { randomBytes } from '@sotto/crypto';
import { parseJson, parseStickerPackForm } from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createNewcomer, type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';
import { download, post } from './_uploads.ts';

let relay: TestRelay;
let alice: Newcomer;
beforeAll(async () => {
  const now = Date.now();
  relay = await createTestRelay({ now: () => now });
  alice = await registered(relay);
});
afterAll(async () => {
  expect(relay.relay.events.totals()['internal-error']).toBeUndefined();
  await relay.dispose();
});

const askForms = ({ authorization }: Newcomer, count: number | string) =>
  ask(relay, { verb: 'GET', path: `/v1/sticker/pack/form/${count}`, headers: { authorization } });

describe('a sticker pack', () => {
  it('goes up by its forms and comes down by its ID, without a login', async () => {
    const forms = parseStickerPackForm(parseJson((await askForms(alice, 2)).body));
    expect(forms.manifest).toMatchObject({ id: -1, key: `stickers/${forms.packId}/manifest.proto` });
    expect(forms.stickers.map(({ id, key }) => [id, key])).toEqual(
      [0, 1].map((id) => [id, `stickers/${forms.packId}/full/${id}`]),
    );
    for (const form of [forms.manifest, ...forms.stickers]) {
      const bytes = randomBytes(10_000);
      expect((await post(relay, form, bytes)).status).toBe(204);
      const { status, body } = await download(relay, form.key);
      expect(status).toBe(200);
      expect(Buffer.from(body).equals(bytes)).toBe(true);
    }
  });

  it('has a manifest and stickers of bounded length', async () => {
    const { manifest, stickers } = parseStickerPackForm(parseJson((await askForms(alice, 1)).body));
    expect((await post(relay, manifest, randomBytes(10 * 1024 + 1))).status).toBe(413);
    expect((await post(relay, manifest, randomBytes(10 * 1024))).status).toBe(204);
    const [sticker] = stickers;
    if (sticker === undefined) throw new Error('there is no form for the sticker');
    expect((await post(relay, sticker, randomBytes(301 * 1024 + 1))).status).toBe(413);
    expect((await post(relay, { ...sticker, key: 'stickers/x/full/0' }, randomBytes(9))).status).toBe(403);
    expect((await post(relay, sticker, randomBytes(301 * 1024))).status).toBe(204);
  });

  it('has 1 to 201 stickers', async () => {
    for (const count of ['0', '202', '-1', 'x', '1.5', '1000', '%31']) {
      const { status, body } = await askForms(alice, count);
      expect([status, body.length]).toEqual([400, 0]);
    }
    const { stickers } = parseStickerPackForm(parseJson((await askForms(alice, 201)).body));
    expect(stickers).toHaveLength(201);
  });

  it('has forms for accounts only', async () => {
    expect((await askForms(createNewcomer(), 1)).status).toBe(401);
  });

  it('counts as what its owner uploads', async () => {
    const bob = await registered(relay);
    const statuses = [];
    // 201 stickers have 59 MiB together.
    for (let asked = 0; asked < 18; asked++) statuses.push((await askForms(bob, 201)).status);
    expect(statuses).toEqual([...Array(17).fill(200), 429]);
  });

  it('is one of so many', async () => {
    const carol = await registered(relay);
    const statuses = [];
    for (let asked = 0; asked < 51; asked++) statuses.push((await askForms(carol, 1)).status);
    expect(statuses).toEqual([...Array(50).fill(200), 429]);
  });
});
