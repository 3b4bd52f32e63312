import { Aci } from '@signalapp/libsignal-client';
import { ProfileKey } from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { asBytes, toBase64 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import {
  formatSetProfile,
  type PostPolicyForm,
  parseJson,
  parsePostPolicyForm,
  parseVersionedProfile,
} from '@sotto/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Newcomer, registered } from './_newcomer.ts';
import { ask } from './_raw-client.ts';
import { createTestRelay, type TestRelay } from './_test-relay.ts';
import { askForm, download, post } from './_uploads.ts';

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

const versionOf = (key: ProfileKey, { aciText }: Newcomer) =>
  key.getProfileKeyVersion(Aci.parseFromServiceIdString(aciText)).toString();

const put = (owner: Newcomer, key: ProfileKey, picture: 'new' | 'same' | 'none', at = relay) =>
  ask(at, {
    verb: 'PUT',
    path: '/v1/profile',
    headers: { authorization: owner.authorization },
    json: formatSetProfile({
      commitment: asBytes(key.getCommitment(Aci.parseFromServiceIdString(owner.aciText)).serialize()),
      version: versionOf(key, owner),
      name: randomBytes(81),
      avatar: picture !== 'none',
      sameAvatar: picture === 'same',
    }),
  });

async function newPicture(owner: Newcomer, key: ProfileKey): Promise<PostPolicyForm> {
  const { status, body } = await put(owner, key, 'new');
  expect(status).toBe(200);
  return parsePostPolicyForm(parseJson(body));
}

describe('the picture of a profile', () => {
  it('goes up by the form, and contacts find it where the profile says', async () => {
    const key = new ProfileKey(randomBytes(32));
    const form = await newPicture(alice, key);
    const bytes = randomBytes(50_000);
    expect((await post(relay, form, bytes)).status).toBe(204);
    const { body } = await ask(relay, {
      verb: 'GET',
      path: `/v1/profile/${alice.aciText}/${versionOf(key, alice)}`,
      headers: { 'unidentified-access-key': toBase64(alice.accessKey) },
    });
    const { avatar } = parseVersionedProfile(parseJson(body));
    expect(avatar).toBe(form.key);
    expect(Buffer.from((await download(relay, avatar ?? '')).body).equals(bytes)).toBe(true);
  });

  it('goes when another takes its place, when it is taken away and when the account goes', async () => {
    const bob = await registered(relay);
    const key = new ProfileKey(randomBytes(32));
    const [first, second] = [await newPicture(bob, key), await newPicture(bob, key)];
    // Its form is good for half an hour, but nobody looks for it any more.
    expect((await post(relay, first, randomBytes(100))).status).toBe(403);
    expect((await post(relay, second, randomBytes(100))).status).toBe(204);
    expect((await put(bob, key, 'same')).status).toBe(200);
    expect((await download(relay, second.key)).status).toBe(200);
    expect((await put(bob, key, 'none')).status).toBe(200);
    expect((await download(relay, second.key)).status).toBe(404);

    const third = await newPicture(bob, key);
    expect((await post(relay, third, randomBytes(100))).status).toBe(204);
    const headers = { authorization: bob.authorization };
    expect((await ask(relay, { verb: 'DELETE', path: '/v1/accounts/me', headers })).status).toBe(204);
    expect((await download(relay, third.key)).status).toBe(404);
    expect((await post(relay, third, randomBytes(100))).status).toBe(403);
  });

  it('is refused where there is no room for files, and nothing is stored', async () => {
    const bare = await createTestRelay({ blobs: { place: { kind: 'none' } } });
    const dave = await registered(bare);
    const key = new ProfileKey(randomBytes(32));
    expect((await put(dave, key, 'new', bare)).status).toBe(400);
    expect((await put(dave, key, 'none', bare)).status).toBe(200);
    await bare.dispose();
  });

  it('counts as what its owner uploads', async () => {
    const carol = await registered(relay);
    const most = 100 * 1024 * 1024;
    for (let asked = 0; asked < 10; asked++) expect((await askForm(relay, carol, most)).status).toBe(200);
    const key = new ProfileKey(randomBytes(32));
    const statuses = [];
    // A picture may have 10 MiB, of a gibibyte in all.
    for (let asked = 0; asked < 3; asked++) statuses.push((await put(carol, key, 'new')).status);
    expect(statuses).toEqual([200, 200, 429]);
    expect((await put(carol, key, 'same')).status).toBe(200);
  });
});
