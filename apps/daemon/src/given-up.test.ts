import { describe, expect, it } from 'vitest';
import { unlessGivenUp } from './given-up.ts';

describe('waiting', () => {
  it('gives what the work gives', async () => {
    expect(await unlessGivenUp(Promise.resolve(7), new AbortController().signal)).toBe(7);
    const failed = unlessGivenUp(Promise.reject(new Error('no')), new AbortController().signal);
    await expect(failed).rejects.toThrow('no');
  });

  it('ends when the caller gives up, before or while', async () => {
    const endless = new Promise<never>(() => undefined);
    await expect(unlessGivenUp(endless, AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
    const abort = new AbortController();
    const waiting = unlessGivenUp(endless, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
  });
});
