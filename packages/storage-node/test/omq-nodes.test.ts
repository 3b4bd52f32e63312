import { type Bencodable, concatBytes, encodeBencoded, utf8 } from '@sotto/bytes';
import { blake2b } from '@sotto/crypto';
import { messageHashInput, messageHashText } from '@sotto/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BOX_QUOTA, STORE_PRICE } from '../src/constants.ts';
import { createOwner, type Owner, retrieveParams, rpc, type TestNode, textOf } from './_network.ts';
import {
  ASK,
  ask,
  askText,
  closeConnections,
  connect,
  createMixedNetwork,
  keysOf,
  type MixedNetwork,
  times,
} from './_omq.ts';

let mixed: MixedNetwork;
let ours: TestNode;
let originals: MixedNetwork['originals'];

beforeAll(async () => {
  mixed = await createMixedNetwork();
  ({ ours, originals } = mixed);
});
afterEach(closeConnections);
afterAll(() => mixed.close());

describe('what nodes ask each other', () => {
  it('is answered to nobody else', async () => {
    const conversation = await connect(ours);
    for (const command of ['ping', 'onion_request', 'storage_cc', 'data', 'storage_test']) {
      expect(await conversation.ask(`sn.${command}`, [], ASK)).toEqual({
        outcome: 'refused',
        refusal: 'FORBIDDEN_SN',
      });
    }
  });

  it('is whether it lives, and tests of what a chain’s blocks say, which there is none of', async () => {
    const conversation = await connect(ours, keysOf(originals[0]));
    expect(await askText(conversation, 'sn.ping')).toEqual(['pong']);
    const test = (...parts: string[]) => askText(conversation, 'sn.storage_test', ...parts.map(utf8));
    expect(await test('1')).toEqual(['invalid parameters']);
    expect(await test('0', 'h'.repeat(64))).toEqual(['invalid height']);
    expect(await test('7', 'h'.repeat(63))).toEqual(['invalid msg hash']);
    expect(await test('7', 'h'.repeat(64))).toEqual(['other']);
  });

  it.each([
    ['nothing', []],
    ['two parts', ['d4:datae', 'x']],
    ['no dictionary', ['le']],
    ['no key', ['d4:data1:xe']],
    ['something cut off', ['d4:data9:x']],
  ])('is refused in words when an onion is %s', async (_, parts) => {
    const conversation = await connect(ours, keysOf(originals[0]));
    const [status, words] = await askText(conversation, 'sn.onion_request', ...parts.map(utf8));
    expect(status).toBe('400');
    expect(words).toMatch(/^Invalid internal onion request: /);
  });
});

describe('messages that another node pushes', () => {
  const push = async (...items: Bencodable[]) => {
    const conversation = await connect(ours, keysOf(originals[0]));
    const body = concatBytes(Uint8Array.of(1), encodeBencoded(items));
    expect(await ask(conversation, 'sn.data', body)).toEqual([]);
  };
  const item = (
    owner: Owner,
    namespace: number,
    text: string,
    over: { readonly ttl?: number } = {},
  ): Bencodable => {
    const data = utf8(text);
    const hash = messageHashText(blake2b(32, messageHashInput(owner.mailbox, namespace, data)));
    const now = Date.now();
    return [owner.mailbox, hash, now, now + (over.ttl ?? 60_000), data];
  };
  const read = async (owner: Owner, namespace: number) =>
    textOf((await rpc(ours, 'retrieve', retrieveParams(owner, namespace))).body);

  it('are believed where everybody may store, with the namespace that their hash tells', async () => {
    const owner = createOwner();
    await push(item(owner, 0, 'direct'), item(owner, 40, 'request'));
    expect(await read(owner, 0)).toEqual(['direct']);
    expect(await read(owner, 40)).toEqual(['request']);
  });

  it('are left out where their owner would have to say so, or they break the rules', async () => {
    const owner = createOwner();
    const before = times(ours, 'push-unconfirmed');
    await push(
      item(owner, 2, 'settings'),
      item(owner, -41, 'no record'),
      item(owner, 40, 'too long', { ttl: 31 * 86_400_000 }),
      item(owner, 40, 'over', { ttl: -5_000 }),
      [owner.mailbox, 'x'.repeat(43), Date.now(), Date.now() + 60_000, utf8('other hash')],
      ['nothing'],
    );
    for (const namespace of [2, -41, 40]) expect(await read(owner, namespace)).toEqual([]);
    expect(times(ours, 'push-unconfirmed')).toBe(before + 5);
  });

  it('fill a mailbox no further than others may for nothing', async () => {
    const owner = createOwner();
    const most = BOX_QUOTA.messages * STORE_PRICE.free;
    // Of a size and a life for which work is worth asking, in one frame.
    const long = (number: number) =>
      item(owner, 40, `${number} `.padEnd(1_000, '.'), { ttl: 14 * 86_400_000 });
    const [asked, stored] = [times(ours, 'work-asked'), times(ours, 'message-stored')];
    await push(...Array.from({ length: most + 300 }, (_, number) => long(number)));
    expect(times(ours, 'work-asked')).toBeGreaterThan(asked);
    // A transaction more than that: a hundred are looked at together.
    expect(times(ours, 'message-stored') - stored).toBeLessThanOrEqual(most + 100);
  });

  it('may be anything, and the node goes on', async () => {
    const conversation = await connect(ours, keysOf(originals[0]));
    for (const body of [
      new Uint8Array(),
      utf8('x'),
      Uint8Array.of(1),
      concatBytes(Uint8Array.of(1), utf8('i1e')),
    ]) {
      expect(await ask(conversation, 'sn.data', body)).toEqual([]);
    }
    expect(await askText(conversation, 'sn.ping')).toEqual(['pong']);
  });
});
