import { toHex, utf8 } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { node } from '../test/_lists.ts';
import { DirectoryError } from './errors.ts';
import { MAX_NODES } from './limits.ts';
import { parseServiceNodes, readServiceNodes } from './parse-service-nodes.ts';
import type { DirectoryNode } from './types.ts';

const TOP = 2n ** 64n;

/** A node as a seed names it; the swarm ID as bare digits. */
function state({ ip, httpsPort, omqPort, ed25519, x25519, swarm }: DirectoryNode, over: object = {}): string {
  const fields = {
    public_ip: ip,
    storage_port: httpsPort,
    storage_lmq_port: omqPort,
    pubkey_ed25519: toHex(ed25519),
    pubkey_x25519: toHex(x25519),
    swarm_id: `bare ${swarm}`,
    ...over,
  };
  return JSON.stringify(fields).replace(/"bare (\d+)"/, '$1');
}

function reply(...states: readonly string[]): Uint8Array {
  return utf8(`{"result":{"service_node_states":[${states.join()}],"status":"OK"}}`);
}

const public1 = node(1, 7n, '5.6.7.8');
const public2 = node(2, TOP - 2n, '5.6.8.8');

describe('what a seed says of the nodes', () => {
  it('is read with all bits of its swarm IDs', () => {
    expect(parseServiceNodes(reply(state(public1), state(public2)), 'distinct')).toEqual([public1, public2]);
    const odd = node(3, 2n ** 53n + 1n, '5.6.9.8');
    expect(parseServiceNodes(reply(state(odd)), 'distinct')).toEqual([odd]);
  });

  it('is read from the answer of a node too, which has nothing around it', () => {
    const bare = utf8(`{"service_node_states":[${state(public1)}]}`);
    expect(parseServiceNodes(bare, 'distinct')).toEqual([public1]);
  });

  it('may have the swarm in hexadecimal or as a text, and no X25519 key', () => {
    for (const over of [
      { swarm_id: undefined, swarm: 'fffffffffffffffe' },
      { swarm_id: '18446744073709551614' },
      { swarm_id: 2 ** 64, swarm: 'fffffffffffffffe' },
      { pubkey_x25519: undefined },
    ]) {
      expect(parseServiceNodes(reply(state(public2, over)), 'distinct')).toEqual([public2]);
    }
  });

  it('keeps no swarm that has lost bits on its way', () => {
    const parsed = (over: object) =>
      JSON.parse(`{"service_node_states":[${state(public2, over)}]}`) as unknown;
    expect(readServiceNodes(parsed({}), 'distinct')).toEqual([]);
    expect(readServiceNodes(parsed({ swarm: 'fffffffffffffffe' }), 'distinct')).toEqual([public2]);
  });

  it.each([
    ['no address yet', { public_ip: '0.0.0.0' }],
    ['a private address', { public_ip: '10.0.0.1' }],
    ['a loopback address', { public_ip: '127.0.0.1' }],
    ['no address at all', { public_ip: undefined }],
    ['port 0', { storage_port: 0 }],
    ['a port that is none', { storage_port: 65_536 }],
    ['no swarm', { swarm_id: undefined }],
    ['the swarm of those without one', { swarm_id: '18446744073709551615' }],
    ['a swarm of too many digits', { swarm_id: '99999999999999999999' }],
    ['an X25519 key of another pair', { pubkey_x25519: toHex(public2.x25519) }],
    ['a key that is no point', { pubkey_ed25519: '02'.padEnd(64, '0'), pubkey_x25519: undefined }],
    ['a key that is too short', { pubkey_ed25519: 'ab' }],
    ['too little stake', { funded: false }],
    ['a suspension', { active: false }],
  ])('leaves out a node with %s, and no other', (_, over) => {
    expect(parseServiceNodes(reply(state(public1, over), state(public2)), 'distinct')).toEqual([public2]);
  });

  it('has each key and each address once: the first', () => {
    const sameKey = { ...public1, ip: '9.9.9.9' };
    const samePlace = { ...node(4, 7n), ip: public1.ip };
    const states = [public1, sameKey, samePlace].map((each) => state(each));
    expect(parseServiceNodes(reply(...states), 'distinct')).toEqual([public1]);
  });

  it('is of loopback alone where that is asked for', () => {
    const local = node(5, 1n);
    const states = reply(state(local), state(public1));
    expect(parseServiceNodes(states, 'ignore')).toEqual([local]);
  });

  it('has no more nodes than a list may have', () => {
    const states = Array.from({ length: MAX_NODES + 1 }, () => '{}');
    expect(parseServiceNodes(reply(...states.slice(1)), 'distinct')).toEqual([]);
    expect(() => parseServiceNodes(reply(...states), 'distinct')).toThrow(
      expect.objectContaining({ code: 'bad-list', facts: { rule: 'too-many-nodes' } }),
    );
  });

  it.each(['', '{', '[]', '{}', '{"result":null}', '{"error":{"code":-32601}}', '\xff'])(
    'is an error when it is %j',
    (text) => {
      expect(() => parseServiceNodes(utf8(text), 'distinct')).toThrow(
        expect.objectContaining({ name: 'DirectoryError', code: 'bad-json' }),
      );
    },
  );

  it('is an error and nothing else, whatever comes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.json().map((text) => utf8(text)),
      fc.json().map((text) => utf8(`{"service_node_states":${text}}`)),
      fc.string().map((text) => utf8(state(public1, { public_ip: text, '"swarm_id":12': text }))),
    );
    fc.assert(
      fc.property(bytes, (body) => {
        try {
          parseServiceNodes(body, 'distinct');
        } catch (error) {
          expect(error).toBeInstanceOf(DirectoryError);
        }
      }),
    );
  });
});
