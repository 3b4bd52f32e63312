import { readFileSync } from 'node:fs';
import { fromHex } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodesIn } from '../test/_lists.ts';
import { DirectoryError } from './errors.ts';
import { NO_SWARM } from './limits.ts';
import { nearestSwarm, swarmFor, swarmSpace, swarmsOf } from './swarm-for.ts';

interface SwarmVectors {
  readonly space: readonly { readonly key: string; readonly place: string }[];
  readonly nearest: readonly {
    readonly swarms: readonly string[];
    readonly place: string;
    readonly swarm: string;
    readonly about: string;
  }[];
}

const vectors: SwarmVectors = JSON.parse(
  readFileSync(new URL('../../../vectors/directory/swarms.json', import.meta.url), 'utf8'),
);

const place = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const ids = fc.uniqueArray(fc.bigInt({ min: 0n, max: NO_SWARM - 1n }), { minLength: 1, maxLength: 20 });

function keyAt(at: bigint): Uint8Array {
  const key = new Uint8Array(33);
  key[0] = 5;
  new DataView(key.buffer).setBigUint64(25, at);
  return key;
}

describe('the place of a key', () => {
  it.each(vectors.space)('of $key is $place', ({ key, place: expected }) => {
    expect(swarmSpace(fromHex(key))).toBe(BigInt(expected));
  });

  it('needs prefix and key', () => {
    for (const length of [0, 32, 34]) {
      expect(() => swarmSpace(new Uint8Array(length))).toThrow(DirectoryError);
    }
  });

  it('does not depend on where the key lies in memory', () => {
    const bytes = fromHex(`ffffff${vectors.space[0]?.key}`);
    expect(swarmSpace(bytes.subarray(3))).toBe(BigInt(vectors.space[0]?.place ?? 0));
  });
});

describe('the swarm of a key', () => {
  it.each(vectors.nearest)('$about', ({ swarms, place: at, swarm }) => {
    const list = { nodes: nodesIn(swarms.map(BigInt)) };
    expect(swarmFor(list, keyAt(BigInt(at))).id).toBe(BigInt(swarm));
  });

  it('has all nodes of its ID and no other', () => {
    const list = { nodes: nodesIn([9n, 0n, 9n, 5n, 9n]) };
    const swarm = swarmFor(list, keyAt(8n));
    expect(swarm).toEqual({ id: 9n, nodes: list.nodes.filter((node) => node.swarm === 9n) });
    expect(swarm.nodes).toHaveLength(3);
  });

  it('is none without nodes', () => {
    expect(swarmFor({ nodes: [] }, keyAt(7n))).toEqual({ id: NO_SWARM, nodes: [] });
  });

  it('is never farther than any other, by the shorter way around', () => {
    const around = (from: bigint, to: bigint): bigint => {
      const up = BigInt.asUintN(64, to - from);
      const down = BigInt.asUintN(64, from - to);
      return up < down ? up : down;
    };
    fc.assert(
      fc.property(ids, place, (all, at) => {
        const swarms = all
          .toSorted((left, right) => (left < right ? -1 : 1))
          .map((id) => ({ id, nodes: [] }));
        const chosen = around(at, nearestSwarm(swarms, at).id);
        expect(all.every((id) => chosen <= around(at, id))).toBe(true);
      }),
    );
  });

  it('remembers the swarms of a list', () => {
    const list = { nodes: nodesIn([3n, 1n]) };
    expect(swarmsOf(list)).toBe(swarmsOf({ ...list }));
    expect(swarmsOf(list).map(({ id }) => id)).toEqual([1n, 3n]);
  });
});
