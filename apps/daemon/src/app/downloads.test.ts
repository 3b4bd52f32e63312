import { describe, expect, it } from 'vitest';
import { Downloads } from './downloads.ts';

describe('links to download', () => {
  it('are good once, each for its own file', () => {
    const downloads = new Downloads(() => 0);
    const [one, other] = [downloads.give('one'), downloads.give('other')];
    expect(one).toMatch(/^\/download\/[\w-]{43}$/);
    expect([downloads.take(other), downloads.take(one), downloads.take(one)]).toEqual([
      'other',
      'one',
      undefined,
    ]);
    expect(downloads.take('/download/')).toBeUndefined();
  });

  it('are good for a minute, and not while the app is locked', () => {
    let now = 0;
    const downloads = new Downloads(() => now);
    const [late, locked] = [downloads.give('late'), downloads.give('locked')];
    now = 60_000;
    expect(downloads.take(late)).toBeUndefined();
    now = 0;
    downloads.forget();
    expect(downloads.take(locked)).toBeUndefined();
  });

  it('are bounded, and make room with time', () => {
    let now = 0;
    const downloads = new Downloads(() => now);
    for (let at = 0; at < 64; at++) downloads.give(`${at}`);
    expect(() => downloads.give('more')).toThrowError(expect.objectContaining({ code: 'busy' }));
    now = 60_000;
    expect(downloads.take(downloads.give('more'))).toBe('more');
  });
});
