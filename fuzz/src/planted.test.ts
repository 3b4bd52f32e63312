import type { Bytes } from '@sotto/bytes';
import { describe, expect, it } from 'vitest';
import { runTarget } from './engine/run-target.ts';
import { runWorker } from './report/run-worker.ts';
import { findTarget } from './targets/find-target.ts';

const SEED = 'planted';

/** That nothing is found in the tree means something only as long as these are found. */
describe('a planted defect is found', () => {
  it('that throws what its door never throws, for one rare shape', { timeout: 120_000 }, async () => {
    const { found } = await runTarget(findTarget('planted-error').target, {
      seed: SEED,
      inputs: 10_000,
      guided: false,
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ target: 'planted-error', why: 'error', seed: SEED });
    expect(found[0]?.what).toMatch(/^TypeError: /);
    // Minimised: a list of three of which the second is none, and nothing else.
    expect(Buffer.from(found[0]?.input ?? '', 'base64').length).toBeLessThan(40);
  });

  it('that takes longer than the limit each time', { timeout: 120_000 }, async () => {
    const { found, slowest } = await runTarget(findTarget('planted-slow').target, {
      seed: SEED,
      inputs: 265,
      guided: false,
    });
    expect(found).toMatchObject([{ why: 'slow' }]);
    expect(slowest).toBeGreaterThan(100);
  });

  it('that takes two texts for one value', { timeout: 120_000 }, async () => {
    const { found } = await runTarget(findTarget('planted-not-canonical').target, {
      seed: SEED,
      inputs: 10_000,
      guided: false,
    });
    expect(found).toMatchObject([{ why: 'not-canonical' }]);
  });

  const worker = { seed: SEED, guided: false, onProgress: () => undefined };

  it('that never comes back, and which input it was', { timeout: 240_000 }, async () => {
    const { found } = await runWorker({ ...worker, target: 'planted-hang', inputs: 5_000, silence: 3_000 });
    expect(found).toMatchObject([{ why: 'hang' }]);
    expect(Buffer.from(found[0]?.input ?? '', 'base64').toString()).toContain('[[');
  });

  it('that ends the process, and which input it was', { timeout: 240_000 }, async () => {
    const { found } = await runWorker({ ...worker, target: 'planted-crash', inputs: 5_000 });
    expect(found).toMatchObject([{ why: 'crash', what: 'ended by SIGKILL' }]);
    expect(Buffer.from(found[0]?.input ?? '', 'base64').toString()).toContain('null');
  });

  it('that holds more with every input', { timeout: 240_000 }, async () => {
    const { found } = await runWorker({ ...worker, target: 'planted-memory', inputs: 25_000 });
    expect(found).toMatchObject([{ why: 'memory' }]);
  });

  it('unless it holds it no longer than it has said', { timeout: 240_000 }, async () => {
    const { found } = await runWorker({ ...worker, target: 'planted-holding', inputs: 25_000 });
    expect(found).toEqual([]);
  });

  it('behind three checks, when coverage leads there', { timeout: 240_000 }, async () => {
    const { found } = await runWorker({ ...worker, guided: true, target: 'planted-deep', inputs: 150_000 });
    expect(found).toMatchObject([{ why: 'error' }]);
    expect(found[0]?.what).toContain('three steps deep');
  });

  it('and says how far it is all the time, also while it looks for what led to something new', {
    timeout: 120_000,
  }, async () => {
    const { target } = findTarget('planted-late');
    let [silent, longest] = [0, 0];
    const counting = {
      ...target,
      open: async () => {
        const parser = await target.open();
        const read = (input: Bytes) => {
          silent += 1;
          longest = Math.max(longest, silent);
          return parser.read(input);
        };
        return { ...parser, read };
      },
    };
    const request = { seed: SEED, inputs: 60_000, guided: true };
    const { blocks } = await runTarget(counting, { ...request, onProgress: () => (silent = 0) });
    expect(blocks).toBeGreaterThan(0);
    expect(longest).toBeLessThanOrEqual(512);
  });

  it('again by the same seed', { timeout: 120_000 }, async () => {
    const request = { seed: 'again', inputs: 1_500, guided: false };
    const [one, other] = [
      await runTarget(findTarget('planted-error').target, request),
      await runTarget(findTarget('planted-error').target, request),
    ];
    expect(other.found).toEqual(one.found);
    expect(other.taken).toBe(one.taken);
  });
});
