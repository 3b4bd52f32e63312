import type { Bytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forming, keyOf, numberOf } from '../test/_forming.ts';
import { DirectoryError } from './errors.ts';
import { formSwarms } from './form-swarms.ts';
import { MIN_SWARM_SIZE, NO_SWARM } from './limits.ts';

type Named = Readonly<Record<string, readonly number[]>>;

function keyed(swarms: Named): Map<bigint, Bytes[]> {
  return new Map(Object.entries(swarms).map(([id, nodes]) => [BigInt(id), nodes.map(keyOf)]));
}

/** As pairs, so that the order of swarms and of their nodes counts. */
function named(swarms: ReadonlyMap<bigint, readonly Uint8Array[]>): [string, number[]][] {
  return [...swarms].map(([id, keys]) => [String(id), keys.map(numberOf)]);
}

/** Swarms with some nodes each, and others that join; numbers of nodes are unique. */
const network = fc
  .record({
    ids: fc.uniqueArray(fc.bigInt({ min: 0n, max: NO_SWARM - 1n }), { maxLength: 30 }),
    size: fc.integer({ min: 1, max: 12 }),
    joining: fc.integer({ min: 0, max: 30 }),
    seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  })
  .map(({ ids, size, joining, seed }) => {
    const before = new Map(
      ids.map((id, index) => [id, Array.from({ length: size }, (_, at) => keyOf(index * size + at))]),
    );
    const fresh = Array.from({ length: joining }, (_, at) => keyOf(1_000_000 + at));
    return { before, fresh, seed };
  });

describe('forming swarms', () => {
  it.each(forming.forming.map((one, index) => ({ ...one, index })))(
    'case $index, $about, is as the chain has it',
    ({ before, joining, seed, after }) => {
      const formed = formSwarms(keyed(before), joining.map(keyOf), BigInt(seed));
      const expected = Object.entries(after).sort(([left], [right]) =>
        BigInt(left) < BigInt(right) ? -1 : 1,
      );
      expect(named(formed)).toEqual(expected);
    },
  );

  it('leaves nobody out, doubles nobody, and keeps no swarm too small beside another', () => {
    fc.assert(
      fc.property(network, ({ before, fresh, seed }) => {
        const formed = formSwarms(before, fresh, seed);
        const all = [...[...before.values()].flat(), ...fresh].map(numberOf);
        expect([...formed.values()].flat().map(numberOf).sort()).toEqual(all.sort());
        if (formed.size > 1) {
          for (const members of formed.values())
            expect(members.length).toBeGreaterThanOrEqual(MIN_SWARM_SIZE);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('does not depend on the order in which anybody stands', () => {
    fc.assert(
      fc.property(network, ({ before, fresh, seed }) => {
        const turned = new Map([...before].reverse().map(([id, keys]) => [id, keys.toReversed()]));
        expect(named(formSwarms(turned, fresh.toReversed(), seed))).toEqual(
          named(formSwarms(before, fresh, seed)),
        );
      }),
      { numRuns: 30 },
    );
  });

  it('changes nothing of what it is given', () => {
    const before = new Map([[3n, [2, 1, 0].map(keyOf)]]);
    formSwarms(before, [9, 8].map(keyOf), 1n);
    expect(named(before)).toEqual([['3', [2, 1, 0]]]);
  });

  it('keeps the last swarm although it is too small, where the original finds no other for its nodes', () => {
    const formed = formSwarms(keyed({ 5: [0], 9: [1, 2] }), [], 1n);
    expect(named(formed)).toEqual([['9', [0, 1, 2]]]);
  });

  it('is nothing without nodes, also where a swarm is left without any', () => {
    expect(formSwarms(new Map(), [], 1n).size).toBe(0);
    expect(formSwarms(new Map([[7n, []]]), [], 1n).size).toBe(0);
  });

  it('refuses a node that stands twice and an ID that is none', () => {
    const twice = () => formSwarms(keyed({ 5: [1] }), [keyOf(1)], 1n);
    expect(twice).toThrow(DirectoryError);
    expect(twice).toThrow('the same key');
    expect(() => formSwarms(new Map([[NO_SWARM, [keyOf(1)]]]), [], 1n)).toThrow('none');
  });
});
