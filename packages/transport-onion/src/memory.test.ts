import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMemory, encodeMemory } from './memory.ts';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((each) => new Uint8Array(each));
const guard = fc.record(
  {
    key: bytes(32),
    chosenAt: fc.maxSafeNat(),
    deadFor: fc.nat(),
    doubted: fc.boolean(),
    losses: fc.nat(),
  },
  { requiredKeys: ['key', 'chosenAt'] },
);
const remembered = fc.record({
  network: bytes(32),
  list: fc.uint8Array().map((each) => new Uint8Array(each)),
  guards: fc.array(guard, { maxLength: 6 }),
});

describe('what the road remembers', () => {
  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(remembered, (some) => {
        expect(decodeMemory(encodeMemory(some))).toEqual(some);
      }),
      { numRuns: 60 },
    );
  });

  it('is nothing when it is damaged', () => {
    fc.assert(
      fc.property(fc.uint8Array(), remembered, fc.nat(), fc.nat(255), (garbage, some, place, byte) => {
        expect(decodeMemory(new Uint8Array(garbage))).toBeUndefined();
        const damaged = encodeMemory(some);
        damaged[place % damaged.length] = byte;
        decodeMemory(damaged);
      }),
      { numRuns: 60 },
    );
  });
});
