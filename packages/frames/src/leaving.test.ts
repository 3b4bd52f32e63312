import { describe, expect, it } from 'vitest';
import { abortSignalOf, LeaveSignal } from './leaving.ts';

describe('somebody who leaves', () => {
  it('is told of once, to whoever listens still', () => {
    const leaving = new LeaveSignal();
    const told: string[] = [];
    const left = () => told.push('left');
    const never = () => told.push('never');
    leaving.addEventListener('abort', left);
    leaving.addEventListener('abort', never);
    leaving.removeEventListener('abort', never);
    expect(leaving.aborted).toBe(false);
    leaving.abort();
    leaving.abort();
    leaving.addEventListener('abort', never);
    expect([leaving.aborted, told]).toEqual([true, ['left']]);
  });

  it('ends what takes signals alone, before it began or later', () => {
    const leaving = new LeaveSignal();
    const signal = abortSignalOf(leaving);
    expect(signal.aborted).toBe(false);
    leaving.abort();
    expect(signal.aborted).toBe(true);
    expect(abortSignalOf(leaving).aborted).toBe(true);
    const own = AbortSignal.abort();
    expect(abortSignalOf(own)).toBe(own);
  });
});
