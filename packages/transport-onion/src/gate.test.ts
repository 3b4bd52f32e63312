import { quiet } from '@sotto/testkit';
import { describe, expect, it } from 'vitest';
import { Gate } from './gate.ts';
import { MAX_IN_FLIGHT, MAX_QUEUED } from './limits.ts';

describe('the gate', () => {
  it('lets so many through at one time, in order, and turns away what is too much', async () => {
    const gate = new Gate();
    const ends: (() => void)[] = [];
    const results: (number | undefined)[] = [];
    const all = MAX_IN_FLIGHT + MAX_QUEUED + 3;
    for (let number = 0; number < all; number++) {
      void gate
        .run(async () => {
          await new Promise<void>((resolve) => ends.push(resolve));
          return number;
        })
        .then((result) => results.push(result));
    }
    await quiet();
    expect(ends).toHaveLength(MAX_IN_FLIGHT);
    expect(results).toEqual([undefined, undefined, undefined]);
    for (let number = 0; number < all - 3; number++) {
      ends[number]?.();
      await quiet();
      expect(ends.length - number - 1).toBeLessThanOrEqual(MAX_IN_FLIGHT);
    }
    expect(results.slice(3)).toEqual(Array.from({ length: all - 3 }, (_, number) => number));
  });

  it('gives its place free when a job fails, and refuses those who wait when it closes', async () => {
    const gate = new Gate();
    await expect(gate.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    for (let number = 0; number < MAX_IN_FLIGHT; number++) void gate.run(() => new Promise(() => undefined));
    const waiting = gate.run(async () => 'done');
    gate.close();
    expect(await waiting).toBeUndefined();
    expect(await gate.run(async () => 'late')).toBeUndefined();
  });
});
