import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChainState } from '../ports/store.ts';
import { type ChainStep, followChain, giveUpGap, startChain } from './follow-chain.ts';

const hashOf = (counter: number) => new Uint8Array(32).fill(counter % 256);
const step = (counter: number): ChainStep => ({
  counter,
  hash: hashOf(counter),
  ...(counter > 1 ? { previous: hashOf(counter - 1) } : {}),
});
const begin = (): ChainState => startChain('someone', 1, 7, 1);
const follow = (counters: readonly number[], state = begin()) =>
  counters.reduce((chain, counter) => followChain(chain, step(counter), 1_000).chain, state);

describe('a chain', () => {
  it('has no gap after any disorder in which everything came', () => {
    const anyOrder = fc.integer({ min: 1, max: 40 }).chain((length) =>
      fc.shuffledSubarray(
        Array.from({ length }, (_, index) => index + 1),
        { minLength: length },
      ),
    );
    fc.assert(
      fc.property(anyOrder, (counters) => {
        const chain = follow(counters);
        expect(chain).toEqual({ ...begin(), expected: counters.length + 1, hash: hashOf(counters.length) });
      }),
    );
  });

  it('counts exactly what is missing, and is whole afterwards', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (counters) => {
        const chain = follow(counters);
        const missing = Math.max(...counters) - counters.length;
        expect(chain.gapSince !== undefined).toBe(missing > 0);
        if (missing === 0) return;
        const given = giveUpGap(chain);
        expect(given.missing).toBe(missing);
        expect(given.chain).toMatchObject({ expected: Math.max(...counters) + 1, ahead: [] });
        expect(given.chain.gapSince).toBeUndefined();
      }),
    );
  });

  it('gives up waiting when too many have overtaken', () => {
    let chain = begin();
    let missing: number | undefined;
    for (let counter = 3; missing === undefined && counter < 1_000; counter++) {
      const followed = followChain(chain, step(counter), 0);
      ({ chain } = followed);
      missing = followed.missing;
    }
    expect(missing).toBe(2);
    expect(chain.expected).toBe(260);
  });

  it('begins anew when the sender has forgotten the chat', () => {
    const restarted = follow([1, 2, 3, 4, 1]);
    expect(restarted).toMatchObject({ expected: 2, ahead: [] });
    expect(follow([1, 2, 3], restarted)).toMatchObject({ expected: 4 });
  });

  it('notices another predecessor than the one that came', () => {
    const chain = follow([1, 2]);
    expect(followChain(chain, { counter: 3, hash: hashOf(3), previous: hashOf(9) }, 0).broken).toBe(true);
    expect(followChain(chain, { counter: 3, hash: hashOf(3) }, 0).broken).toBe(true);
    expect(followChain(chain, step(3), 0).broken).toBe(false);
  });
});
