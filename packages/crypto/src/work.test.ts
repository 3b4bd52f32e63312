import { fromHex } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CryptoError } from './errors.ts';
import { randomBytes } from './random.ts';
import { checkWork, solveWork, WORK_WINDOW_MINUTES } from './work.ts';

const MINUTE = 60_000;
const now = 1_790_000_000_000;
const target = fromHex('0102');
const terms = { purpose: 'stranger', target, bits: 8, now };

describe('proof of work', () => {
  it('is accepted for its own terms and gives each work its own stamp', async () => {
    const [first, second] = await Promise.all([solve(), solve()]);
    const stamps = [first, second].map((work) => {
      const checked = checkWork({ ...terms, work });
      return checked.outcome === 'ok' ? checked.stamp : undefined;
    });
    expect(stamps[0]).toBeDefined();
    expect(stamps[1]).toBeDefined();
    expect(stamps[0]).not.toBe(stamps[1]);
  });

  it('is refused for another purpose, another target and more bits', async () => {
    const work = await solveWork({ ...terms, bits: 12, random: randomBytes });
    const at = { ...terms, bits: 12, work };
    expect(checkWork(at).outcome).toBe('ok');
    expect(checkWork({ ...at, purpose: 'other' }).outcome).toBe('refused');
    expect(checkWork({ ...at, target: fromHex('0103') }).outcome).toBe('refused');
    expect(checkWork({ ...at, bits: 28 }).outcome).toBe('refused');
  });

  it('is good for ten minutes on either side and no longer', async () => {
    const work = await solve();
    for (const sign of [-1, 1]) {
      const edge = now + sign * WORK_WINDOW_MINUTES * MINUTE;
      expect(checkWork({ ...terms, work, now: edge }).outcome).toBe('ok');
      expect(checkWork({ ...terms, work, now: edge + sign * MINUTE }).outcome).toBe('refused');
    }
  });

  it('is stamped anew when it takes long', async () => {
    let time = now;
    const slowly = () => {
      time += 4 * MINUTE;
      return time;
    };
    // From this nonce it takes many looks at the clock, always the same number.
    const random = (length: number) => new Uint8Array(length);
    const work = await solveWork({ ...terms, bits: 17, now: slowly, random });
    expect(time - now).toBeGreaterThan(2 * WORK_WINDOW_MINUTES * MINUTE);
    expect(checkWork({ ...terms, bits: 17, work, now: time }).outcome).toBe('ok');
  });

  it('keeps to its one text form', async () => {
    const work = await solve();
    for (const other of [` ${work}`, `${work}=`, work.replace('v1.', 'v1.0'), work.replace('v1', 'v2'), '']) {
      expect(checkWork({ ...terms, work: other }).outcome).toBe('refused');
    }
  });

  it('refuses any text quietly', () => {
    fc.assert(
      fc.property(fc.string(), (work) => {
        expect(checkWork({ ...terms, bits: 20, work }).outcome).toBe('refused');
      }),
      { numRuns: 200 },
    );
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    const solving = solveWork({ ...terms, bits: 28, random: randomBytes, signal: stop.signal });
    stop.abort(new Error('not wanted any more'));
    await expect(solving).rejects.toThrow('not wanted any more');
  });

  it('does not begin what nobody should ask for', async () => {
    await expect(solveWork({ ...terms, bits: 29, random: randomBytes })).rejects.toThrow(CryptoError);
    expect(() => checkWork({ ...terms, bits: -1, work: '' })).toThrow(CryptoError);
    expect(() => checkWork({ ...terms, purpose: 'a\0b', work: '' })).toThrow(CryptoError);
  });
});

function solve(): Promise<string> {
  return solveWork({ ...terms, random: randomBytes });
}
