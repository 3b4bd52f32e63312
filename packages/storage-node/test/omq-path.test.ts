import { encodeBencoded, fromUtf8, toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { signList, withNodes } from '@sotto/directory';
import type { OnionRequest } from '@sotto/onion';
import { encodeLayerFrame } from '@sotto/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  buildFor,
  createOwner,
  nodeDestination,
  plain,
  post,
  retrieveParams,
  storeParams,
  type TestNetwork,
  type TestNode,
  textOf,
  until,
} from './_network.ts';
import {
  askText,
  closeConnections,
  connect,
  createMixedNetwork,
  keysOf,
  type MixedNetwork,
  times,
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

async function through(
  path: readonly TestNode[],
  end: TestNode,
  method: string,
  params: object,
  over?: Partial<OnionRequest>,
) {
  const [guard] = path;
  if (guard === undefined) throw new Error('no path');
  const built = buildFor(path, nodeDestination(end, method, params), over);
  const answer = await post(guard, '/onion_req/v2', built.body);
  if (answer.status !== 200) return { http: answer.status, text: answer.text };
  const opened = built.open(answer.bytes);
  if (opened.outcome !== 'opened') throw new Error(opened.outcome);
  return { http: 200, status: opened.status, body: JSON.parse(fromUtf8(opened.body)) };
}

describe('a path with original nodes', () => {
  it.each(['xchacha20', 'aes-gcm'] as const)(
    'carries requests there, on and back: %s',
    async (encryption) => {
      const owner = createOwner();
      const [one, two] = originals;
      const stored = await through([ours, one], two, 'store', storeParams(owner, 'hello'), { encryption });
      expect(stored).toMatchObject({ http: 200, status: 200 });
      const read = await through([ours, one], two, 'retrieve', retrieveParams(owner), { encryption });
      expect(textOf(read.body)).toEqual(['hello']);
      expect(times(ours, 'omq-opened')).toBeGreaterThan(0);
      expect(times(one, 'omq-opened')).toBeGreaterThan(0);
      expect(times(two, 'link-accepted')).toBe(0);
    },
  );

  it('names the node that is not there', async () => {
    const [one, two] = originals;
    const stranger = await network.outsider();
    expect(await through([ours, one, stranger], two, 'info', {})).toEqual({
      http: 502,
      text: `Next node not found: ${stranger.key}`,
    });
  });

  it('names a hop that has to refuse, so that it is not laid on the guard', async () => {
    const [one, two] = originals;
    const others = network.signed.list.nodes.filter(({ ip }) => ip !== one.ip);
    const without = withNodes(network.signed, others, Date.now());
    one.running?.directory.offer(signList(without, network.signer.secretKey));
    expect(await through([ours, one], two, 'info', {})).toEqual({
      http: 503,
      text: `Snode not ready: ${one.key}`,
    });
    const again = withNodes(without, network.nodes.map(plain), Date.now());
    network.signed = signList(again, network.signer.secretKey);
    for (const { running } of network.nodes) running?.directory.offer(network.signed);
    await until('it is used again', async () => (await through([ours, one], two, 'info', {})).http === 200);
  });

  it('ends after as many hops as any', async () => {
    const [one, two] = originals;
    const built = buildFor([ours, one], nodeDestination(two, 'info', {}));
    const conversation = await connect(one, keysOf(ours));
    const layer = buildFor([one], nodeDestination(two, 'info', {}));
    expect(built.body.length).toBeGreaterThan(layer.body.length);
    const data = randomBytes(64);
    const dict = (hop_no: number) =>
      encodeBencoded({ data, enc_type: 'xchacha20', ephemeral_key: randomBytes(32), hop_no });
    expect(await askText(conversation, 'sn.onion_request', dict(16))).toEqual([
      '400',
      'onion request max path length exceeded',
    ]);
    expect(await askText(conversation, 'sn.onion_request', dict(15))).toEqual(['400', 'Invalid ciphertext']);
  });
});

it('frames for links are no layers for OxenMQ', async () => {
  const conversation = await connect(ours, keysOf(originals[0]));
  const frame = encodeLayerFrame([randomBytes(40)], { ephemeral_key: toHex(randomBytes(32)) });
  expect((await askText(conversation, 'sn.onion_request', frame))[0]).toBe('400');
});
