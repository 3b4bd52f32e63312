import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backOff, busyPause } from './back-off.ts';

describe('back-off', () => {
  it('doubles from a second to a minute, less at most a half at random', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.nat({ max: 255 }), (attempts, byte) => {
        const pause = backOff(attempts, () => Uint8Array.of(byte));
        const full = Math.min(60_000, 1_000 * 2 ** Math.min(attempts - 1, 16));
        expect(pause).toBeLessThanOrEqual(full);
        expect(pause).toBeGreaterThan(full / 2);
      }),
    );
  });

  it('believes a busy road within reason', () => {
    const none = () => Uint8Array.of(0);
    expect(busyPause(5_000, 1, none)).toBe(5_000);
    expect(busyPause(0, 1, none)).toBe(1_000);
    expect(busyPause(-1, 1, none)).toBe(1_000);
    expect(busyPause(Number.NaN, 1, none)).toBe(1_000);
    expect(busyPause(1e12, 1, none)).toBe(599_000);
  });

  it('comes back to it up to a second later than it was told, so that not all come together', () => {
    expect(busyPause(5_000, 1, () => Uint8Array.of(128))).toBe(5_500);
    expect(busyPause(5_000, 1, () => Uint8Array.of(255))).toBeLessThan(6_000);
    expect(busyPause(1e12, 1, () => Uint8Array.of(255))).toBeLessThanOrEqual(600_000);
  });
});
