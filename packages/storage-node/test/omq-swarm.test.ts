import { type Bytes, encodeBencoded, fromHex, utf8 } from '@sotto/bytes';
import { ed25519Verify, randomBytes } from '@sotto/crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  AT_ONCE,
  createOwner,
  retrieveParams,
  rpc,
  storeParams,
  type TestNetwork,
  type TestNode,
  textOf,
  until,
} from './_network.ts';
import {
  ask,
  askText,
  closeConnections,
  connect,
  createMixedNetwork,
  dictOf,
  json,
  keysOf,
  type MixedNetwork,
} from './_omq.ts';

let mixed: MixedNetwork;
let network: TestNetwork;
let ours: TestNode;
let originals: MixedNetwork['originals'];

beforeAll(async () => {
  mixed = await createMixedNetwork();
  ({ network, ours, originals } = mixed);
});
afterEach(closeConnections);
afterAll(() => mixed.close());

describe('a swarm with original nodes', () => {
  it('stores at all of them, whose signatures hold, and deletes and lengthens there', async () => {
    const owner = createOwner();
    const stored = await rpc(ours, 'store', storeParams(owner, 'one'));
    expect(stored.status).toBe(200);
    const entries = Object.entries(stored.body.swarm ?? {});
    expect(entries).toHaveLength(3);
    for (const [key, { hash, signature }] of entries) {
      expect(hash).toBe(stored.body.hash);
      const bytes = Uint8Array.from(Buffer.from(signature ?? '', 'base64'));
      expect(ed25519Verify(fromHex(key), utf8(hash ?? ''), bytes)).toBe(true);
    }
    const again = await rpc(ours, 'store', storeParams(owner, 'one'));
    expect(Object.values(again.body.swarm ?? {}).map(({ already }) => already)).toEqual([true, true, true]);

    const hash = stored.body.hash ?? '';
    const expiry = Date.now() + 20 * 86_400_000;
    const signed = { pubkey: owner.pubkey, messages: [hash] };
    const longer = await rpc(ours, 'expire', {
      ...signed,
      expiry,
      signature: owner.sign(`expire${expiry}${hash}`),
    });
    expect(Object.values(longer.body.swarm ?? {}).map(({ updated }) => updated)).toEqual([
      [hash],
      [hash],
      [hash],
    ]);
    const gone = await rpc(ours, 'delete', { ...signed, signature: owner.sign(`delete${hash}`) });
    expect(Object.values(gone.body.swarm ?? {}).map(({ deleted }) => deleted)).toEqual([
      [hash],
      [hash],
      [hash],
    ]);
    const conversation = await connect(originals[0]);
    const read = await askText(conversation, 'storage.retrieve', json(retrieveParams(owner)));
    expect(textOf(JSON.parse(read[0] ?? ''))).toEqual([]);
  });

  it('verifies what another member passes on as if it came from its owner', async () => {
    const conversation = await connect(originals[0], keysOf(ours));
    const owner = createOwner();
    const params = {
      ...{ pubkey: fromHex(owner.pubkey), namespace: 2, data: utf8('forged') },
      ...{
        timestamp: Date.now(),
        expiry: Date.now() + 60_000,
        sig_timestamp: Date.now(),
        signature: randomBytes(64),
      },
    };
    const forged = await askText(conversation, 'sn.storage_cc', utf8('store'), encodeBencoded(params));
    expect(forged).toEqual(['401', 'store signature verification failed']);
    const open = encodeBencoded({ ...params, namespace: 40, signature: undefined, sig_timestamp: undefined });
    const [entry] = await ask(conversation, 'sn.storage_cc', utf8('store'), open);
    expect([...dictOf(entry).keys()]).toEqual(['expiry', 'hash', 'signature']);
    expect((dictOf(entry).get('signature') as Bytes).length).toBe(64);
    const [status] = await askText(conversation, 'sn.storage_cc', utf8('retrieve'), encodeBencoded({}));
    expect(status).toBe('400');
  });

  it('does not wait for one that has gone, and finds it again', async () => {
    const [, two] = originals;
    const owner = createOwner();
    await rpc(ours, 'store', storeParams(owner, 'before'));
    await network.stop(two);
    await until('lost', async () => {
      const began = Date.now();
      const { body } = await rpc(ours, 'store', storeParams(owner, `while ${began}`));
      return body.swarm?.[two.key]?.failed === true && Date.now() - began < AT_ONCE;
    });
    await mixed.startLikeOriginal(two);
    await until('back', async () => {
      const { body } = await rpc(ours, 'store', storeParams(owner, `after ${Date.now()}`));
      return body.swarm?.[two.key]?.signature !== undefined;
    });
  });
});
