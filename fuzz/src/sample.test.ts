import { describe, expect, it } from 'vitest';
import { runTarget } from './engine/run-target.ts';
import { TARGETS } from './targets/all.ts';

/**
 * A sample of `npm run fuzz`: the same inputs each time, so that a change is judged by what it changed; new
 * ones are the long run's. Inputs take longer here than they do alone, because other tests run beside them.
 */
const SLOWEST = 2_000;
const INPUTS = { fast: 500, slow: 30 };

describe('a sample of inputs for every door', () => {
  it.each(TARGETS)('$name refuses in words, whatever it is given', { timeout: 120_000 }, async (target) => {
    const speed = target.slow ? 'slow' : 'fast';
    const how = { guided: false, slowest: SLOWEST, seed: 'sample', inputs: INPUTS[speed] };
    const { found, taken } = await runTarget(target, how);
    expect(found).toEqual([]);
    // A target that takes none of its own seeds tests the first check of its door and no more.
    if (!TAKES_NOTHING.has(target.name)) expect(taken).toBeGreaterThan(0);
  });
});

/** Whose every input has to be refused: nobody has signed or sealed it, or behind the proxy is no relay. */
const TAKES_NOTHING = new Set([
  'onion-answer',
  'receipt-params',
  'answer-of-http-proxy',
  'answer-of-socks-proxy',
]);
