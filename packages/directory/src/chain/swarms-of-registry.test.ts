import type { Bytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forming, keyOf, numberOf } from '../../test/_forming.ts';
import { formSwarms } from '../form-swarms.ts';
import { IDEAL_SWARM_SIZE, MIN_SWARM_SIZE } from '../limits.ts';
import { type RegistryEvent, readEvent } from './journal.ts';
import { assignSwarms, type RegistrySwarms, swarmsOfRegistry } from './swarms-of-registry.ts';

/** Journals of some blocks, in each of which some nodes come and some leave; a number never comes twice. */
const journal = fc
  .array(
    fc.record({
      seed: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      coming: fc.integer({ min: 0, max: 12 }),
      leaving: fc.array(fc.nat(), { maxLength: 6 }),
    }),
    { maxLength: 60 },
  )
  .map((blocks) => {
    const here: number[] = [];
    let last = 0;
    return blocks.flatMap(({ seed, coming, leaving }, height): RegistryEvent[] => {
      const at = { block: BigInt(height), seed };
      const came = Array.from({ length: coming }, () => ++last);
      here.push(...came);
      // Who leaves may have come in the same block.
      const left = leaving.flatMap((place) => here.splice(here.length && place % here.length, 1));
      return [
        ...came.map((id) => ({ kind: 'came' as const, id: BigInt(id), ...at })),
        ...left.map((id) => ({ kind: 'left' as const, id: BigInt(id), ...at })),
      ];
    });
  });

/** As pairs, so that the order of swarms and of their nodes counts. */
function named({ swarms }: RegistrySwarms): [bigint, number[]][] {
  const byId = (left: [bigint, number[]], right: [bigint, number[]]) => (left[0] < right[0] ? -1 : 1);
  return [...swarms].map(([id, nodes]): [bigint, number[]] => [id, nodes.map(Number)]).sort(byId);
}

/** Block by block with what is known to form them as the original does. */
function straight(events: readonly RegistryEvent[]): [bigint, number[]][] {
  let swarms: ReadonlyMap<bigint, readonly Bytes[]> = new Map();
  for (const block of new Set(events.map((event) => event.block))) {
    const here = events.filter((event) => event.block === block);
    const gone = new Set(here.filter(({ kind }) => kind === 'left').map(({ id }) => Number(id)));
    const fresh = here.filter(({ kind, id }) => kind === 'came' && !gone.has(Number(id)));
    const kept = [...swarms].map(
      ([id, keys]) => [id, keys.filter((key) => !gone.has(numberOf(key)))] as const,
    );
    const keys = fresh.map(({ id }) => keyOf(Number(id)));
    swarms = formSwarms(new Map(kept), keys, (here[0] as RegistryEvent).seed);
  }
  return [...swarms].map(([id, keys]) => [id, keys.map(numberOf)]);
}

function came(count: number, from = 1): RegistryEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const id = BigInt(from + index);
    return { kind: 'came', id, block: id, seed: (id * 0x9e3779b97f4a7c15n) & (2n ** 64n - 1n) };
  });
}

function sizes(events: readonly RegistryEvent[]): readonly number[] {
  return [...swarmsOfRegistry(events).swarms.values()].map(({ length }) => length).sort();
}

describe('the swarms of a registry', () => {
  it.each(forming.forming.filter(({ before }) => Object.keys(before).length === 0))(
    'of nodes that came in one block, $about, are as the chain has them',
    ({ joining, seed, after }) => {
      const at = { block: 1n, seed: BigInt(seed) };
      const events = joining.map((id) => ({ kind: 'came' as const, id: BigInt(id), ...at }));
      const expected = Object.entries(after).map(([id, nodes]) => [BigInt(id), nodes]);
      expect(new Map(named(swarmsOfRegistry(events)))).toEqual(new Map(expected as [bigint, number[]][]));
    },
  );

  it('are those that the rules of the chain give block by block', () => {
    fc.assert(
      fc.property(journal, (events) => {
        expect(named(swarmsOfRegistry(events))).toEqual(straight(events));
      }),
      { numRuns: 60 },
    );
  });

  it('are the same for whoever began later, or read on from anywhere', () => {
    fc.assert(
      fc.property(journal, fc.array(fc.nat(), { maxLength: 5 }), (events, stops) => {
        const whole = named(swarmsOfRegistry(events));
        let known: RegistrySwarms | undefined;
        for (const stop of stops.map((at) => at % (events.length + 1)).sort((a, b) => a - b)) {
          known = swarmsOfRegistry(events.slice(0, stop), known);
        }
        expect(named(swarmsOfRegistry(events, known))).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('follow a chain that was rewritten, and change nothing that was known before', () => {
    fc.assert(
      fc.property(journal, journal, fc.nat(), (events, others, cut) => {
        const known = swarmsOfRegistry(events);
        const before = structuredClone(known);
        const rewritten = [...events.slice(0, cut % (events.length + 1)), ...others];
        // Numbers that stand twice are no journal.
        fc.pre(new Set(rewritten.map(({ kind, id }) => `${kind} ${id}`)).size === rewritten.length);
        expect(named(swarmsOfRegistry(rewritten, known))).toEqual(named(swarmsOfRegistry(rewritten)));
        expect(known).toEqual(before);
      }),
      { numRuns: 60 },
    );
  });

  it('have every node that is there once, none too few beside another, and no room for one swarm more', () => {
    fc.assert(
      fc.property(journal, (events) => {
        const here = new Set<bigint>();
        for (const { kind, id } of events) kind === 'came' ? here.add(id) : here.delete(id);
        const formed = swarmsOfRegistry(events);
        const inSwarms = [...formed.swarms.values()].flat();
        expect(inSwarms.length).toBe(here.size);
        expect(new Set(inSwarms)).toEqual(here);
        expect(new Set(assignSwarms(formed).keys())).toEqual(here);
        const counted = [...formed.swarms.values()].map(({ length }) => length);
        if (counted.length > 1) expect(Math.min(...counted)).toBeGreaterThanOrEqual(MIN_SWARM_SIZE);
        const beyond = counted.reduce((sum, size) => sum + Math.max(0, size - MIN_SWARM_SIZE), 0);
        if (counted.length > 0) expect(beyond).toBeLessThan(IDEAL_SWARM_SIZE + 2 * counted.length);
      }),
    );
  });

  it('begin with one, of which a second takes seven of fourteen, and come to seven or so each', () => {
    expect(sizes([])).toEqual([]);
    expect(sizes(came(13))).toEqual([13]);
    expect(sizes(came(14))).toEqual([7, 7]);
    expect(sizes(came(22))).toEqual([7, 7, 8]);
    const many = sizes(came(1000));
    expect(many).toHaveLength(142);
    expect(many.filter((size) => size < 5 || size > 9)).toEqual([]);
  });
});

describe('a word of the journal', () => {
  it('has the first bytes of a block’s hash, which count from the other end', () => {
    const hash = 0x0102030405060708n;
    const word = (1n << 248n) | (77n << 192n) | (5n << 128n) | hash;
    expect(readEvent(word)).toEqual({ kind: 'came', id: 5n, block: 77n, seed: 0x0807060504030201n });
    expect(readEvent(word ^ (1n << 248n)).kind).toBe('left');
  });
});
