import { describe, expect, it } from 'vitest';
import { Asker, abortSignalOf } from './leaving.ts';

describe('somebody who leaves', () => {
  it('is told of once, to whoever listens still', () => {
    const asker = new Asker();
    const told: string[] = [];
    const left = () => told.push('left');
    const never = () => told.push('never');
    asker.addEventListener('abort', left);
    asker.addEventListener('abort', never);
    asker.removeEventListener('abort', never);
    expect(asker.aborted).toBe(false);
    asker.abort();
    asker.abort();
    asker.addEventListener('abort', never);
    expect([asker.aborted, told]).toEqual([true, ['left']]);
  });

  it('ends what takes signals alone, before it began or later', () => {
    const asker = new Asker();
    const signal = abortSignalOf(asker);
    expect(signal.aborted).toBe(false);
    asker.abort();
    expect(signal.aborted).toBe(true);
    expect(abortSignalOf(asker).aborted).toBe(true);
    const own = AbortSignal.abort();
    expect(abortSignalOf(own)).toBe(own);
  });
});
