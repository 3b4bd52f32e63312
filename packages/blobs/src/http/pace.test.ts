import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ended, Pace } from './pace.ts';

const after = <Value>(time: number, value: Value): Promise<Value> =>
  new Promise((resolve) => setTimeout(() => resolve(value), time));

describe('a pace', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lets go on whoever keeps it, however long that takes', async () => {
    const pace = new Pace({ bytes: 100, within: 1_000 });
    const done = (async () => {
      for (let piece = 0; piece < 100; piece++) {
        await pace.waitFor(after(400, piece));
        pace.count(50);
      }
      return 'all';
    })();
    await vi.advanceTimersByTimeAsync(100 * 400);
    expect(await done).toBe('all');
  });

  it('ends who brings a byte now and then', async () => {
    const pace = new Pace({ bytes: 100, within: 1_000 });
    let pieces = 0;
    const done = (async () => {
      for (;;) {
        await pace.waitFor(after(100, 1));
        pace.count(1);
        pieces++;
      }
    })();
    const ended = expect(done).rejects.toMatchObject({ name: 'Ended', reason: 'too-slow' });
    await vi.advanceTimersByTimeAsync(2_000);
    await ended;
    expect(pieces).toBeLessThanOrEqual(10);
  });

  it('ends who brings much, and then nothing, after a time of nothing', async () => {
    const pace = new Pace({ bytes: 100, within: 1_000 });
    pace.count(1_000_000);
    const done = pace.waitFor(new Promise(() => undefined));
    let isOver = false;
    const ended = done.catch((error: unknown) => {
      isOver = true;
      return error;
    });
    await vi.advanceTimersByTimeAsync(1_999);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await ended).toBeInstanceOf(Ended);
  });

  it('does not count what the other side is not waited for', async () => {
    const pace = new Pace({ bytes: 100, within: 1_000 });
    await vi.advanceTimersByTimeAsync(60_000);
    const done = pace.waitFor(after(900, 'in time'));
    await vi.advanceTimersByTimeAsync(900);
    expect(await done).toBe('in time');
  });

  it('passes failures on, and ends at a signal', async () => {
    const pace = new Pace({ bytes: 100, within: 1_000 });
    await expect(pace.waitFor(Promise.reject(new Error('reset')))).rejects.toThrowError('reset');
    const stop = new AbortController();
    const ended = expect(pace.waitFor(new Promise(() => undefined), stop.signal)).rejects.toMatchObject({
      reason: 'taken-over',
    });
    stop.abort();
    await ended;
    await expect(pace.waitFor(new Promise(() => undefined), stop.signal)).rejects.toThrowError(Ended);
    expect(vi.getTimerCount()).toBe(0);
  });
});
