import { describe, expect, it } from 'vitest';
import { RestartPause } from './restart-pause.ts';

const pauses = (times: number, pause: RestartPause, ran: number): readonly number[] =>
  Array.from({ length: times }, () => pause.after(ran));

describe('the pause before a restart', () => {
  it('grows while the program does not run, up to half a minute', () => {
    expect(pauses(8, new RestartPause(), 800)).toEqual([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
  });

  it('is short again for a program that has run well for a while, however often it ended before', () => {
    const pause = new RestartPause();
    pauses(8, pause, 800);
    expect(pauses(8, pause, 60_000)).toEqual(Array(8).fill(500));
    expect(pauses(2, pause, 59_999)).toEqual([1_000, 2_000]);
  });
});
