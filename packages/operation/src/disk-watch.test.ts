import { tmpdir } from 'node:os';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchDisk } from './disk-watch.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

const MIB = 1024 * 1024;

it('is full below its bound, and again free only well above it', async () => {
  // A twentieth is 51.2 MiB, half as much again 76.8.
  let free = 100 * MIB;
  const counted: string[] = [];
  const events = { count: (event: string) => counted.push(event) };
  const watch = await watchDisk({ folder: '/', events, look: async () => ({ free, size: 1024 * MIB }) });
  const seen = [watch.full];
  for (const next of [50, 52, 76, 78, 200, 10]) {
    free = next * MIB;
    await vi.advanceTimersByTimeAsync(2_000);
    seen.push(watch.full);
  }
  expect(seen).toEqual([false, true, true, true, false, false, true]);
  expect(counted).toEqual(['disk-full', 'disk-free', 'disk-full']);
  watch.stop();
  free = 300 * MIB;
  await vi.advanceTimersByTimeAsync(20_000);
  expect(watch.full).toBe(true);
});

it('looks at the real disk, and never takes a system that does not tell for a full one', async () => {
  const events = { count: () => undefined };
  const real = await watchDisk({ folder: tmpdir(), events });
  expect(real.free).toBeGreaterThan(0);
  real.stop();
  const silent = await watchDisk({ folder: '/nowhere-at-all', events });
  expect([silent.full, silent.free]).toEqual([false, undefined]);
  silent.stop();
});
