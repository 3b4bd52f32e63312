import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RegistryEvent } from './journal.ts';
import { assignSwarms } from './swarms-of-registry.ts';

const HALF = 2n ** 63n;

function came(...ids: readonly number[]): readonly RegistryEvent[] {
  return ids.map((id) => ({ kind: 'came', id: BigInt(id), block: BigInt(id), seed: 0n }));
}

function left(...ids: readonly number[]): readonly RegistryEvent[] {
  return ids.map((id) => ({ kind: 'left', id: BigInt(id), block: 1000n + BigInt(id), seed: 0n }));
}

function numbers(count: number, from = 1): readonly number[] {
  return Array.from({ length: count }, (_, index) => from + index);
}

function sizes(events: readonly RegistryEvent[]): Readonly<Record<string, number>> {
  const counted: Record<string, number> = {};
  for (const swarm of assignSwarms(events).values())
    counted[String(swarm)] = (counted[String(swarm)] ?? 0) + 1;
  return counted;
}

describe('the swarms of a registry', () => {
  it('begin with one, of which a second takes seven', () => {
    expect(sizes(came(...numbers(13)))).toEqual({ 0: 13 });
    expect(sizes(came(...numbers(14)))).toEqual({ 0: 7, [String(HALF)]: 7 });
  });

  it('take newcomers where fewest are', () => {
    const two = came(...numbers(14));
    expect(sizes([...two, ...left(14), ...came(15)])).toEqual({ 0: 7, [String(HALF)]: 7 });
    expect(sizes([...two, ...came(15)])).toEqual({ 0: 8, [String(HALF)]: 7 });
  });

  it('give one up that has too few, and keep its nodes', () => {
    const events = [...came(...numbers(14)), ...left(8, 9)];
    expect(sizes(events)).toEqual({ 0: 7, [String(HALF)]: 5 });
    expect(sizes([...events, ...left(10)])).toEqual({ 0: 11 });
  });

  it('keep every node that is there in one swarm, and nobody else', () => {
    const step = fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const here = new Set<number>();
        const events: RegistryEvent[] = [];
        for (const [comes, id] of steps) {
          if (comes === here.has(id)) continue;
          if (comes) here.add(id);
          else here.delete(id);
          events.push(...(comes ? came(id) : left(id)));
        }
        const swarms = assignSwarms(events);
        expect([...swarms.keys()].map(Number).toSorted()).toEqual([...here].toSorted());
        const counted = Object.values(sizes(events));
        if (counted.length > 1) expect(Math.min(...counted)).toBeGreaterThanOrEqual(5);
      }),
    );
  });
});
