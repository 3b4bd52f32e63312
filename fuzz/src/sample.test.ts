import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runTarget } from './engine/run-target.ts';
import { TARGETS } from './targets/all.ts';

/**
 * A sample of `npm run fuzz`: the same inputs each time, and some that are new each time. Inputs take longer
 * here than they do alone, because other tests run beside them.
 */
const SLOWEST = 2_000;
const INPUTS = { fast: 500, slow: 30 };
const NEW_INPUTS = { fast: 60, slow: 5 };

describe('a sample of inputs for every door', () => {
  it.each(TARGETS)('$name refuses in words, whatever it is given', { timeout: 120_000 }, async (target) => {
    const speed = target.slow ? 'slow' : 'fast';
    const common = { guided: false, slowest: SLOWEST };
    const { found, taken } = await runTarget(target, { ...common, seed: 'sample', inputs: INPUTS[speed] });
    expect(found).toEqual([]);
    // A target that takes none of its own seeds tests the first check of its door and no more.
    if (!TAKES_NOTHING.has(target.name)) expect(taken).toBeGreaterThan(0);
    const fresh = await runTarget(target, { ...common, seed: randomUUID(), inputs: NEW_INPUTS[speed] });
    // The seed is in what is printed here.
    expect(fresh.found).toEqual([]);
  });
});

/** Whose every input has to be refused: nobody has signed or sealed it, or behind the proxy is no relay. */
const TAKES_NOTHING = new Set([
  'onion-answer',
  'receipt-params',
  'answer-of-http-proxy',
  'answer-of-socks-proxy',
]);
