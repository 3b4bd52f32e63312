import { describe, expect, it } from 'vitest';
import type { Typed, WebResult } from './measure-web.ts';
import { judgeWeb } from './print-web.ts';

const turn = (milliseconds: number): Typed => ({ keys: Array(100).fill(milliseconds), events: [], gaps: [] });
const result = (ours: readonly number[], theirs: readonly number[]): WebResult => ({
  messages: 10_000,
  loads: [],
  ours: ours.map(turn),
  theirs: theirs.map(turn),
  memory: { ours: { heap: 1, nodes: 1 }, theirs: { heap: 1, nodes: 1 } },
  bundle: { files: 1, raw: 1, gzip: 1 },
});

describe('judgeWeb', () => {
  it('passes what is soon enough, on a busy machine too', () => {
    expect(judgeWeb(result([12, 14, 19], [9, 40, 9]))).toMatchObject({ verdict: 'passed', ratio: 14 });
  });

  it('misses what is late while the floor is not', () => {
    expect(judgeWeb(result([30, 31, 29], [9, 10, 9]))).toMatchObject({ verdict: 'missed', ratio: 30 });
  });

  it('proves nothing where a plain page is late too, or turns differ', () => {
    expect(judgeWeb(result([30, 31, 29], [25, 26, 24]))).toMatchObject({ verdict: 'noisy' });
    expect(judgeWeb(result([30, 60, 29], [9, 10, 9]))).toMatchObject({ verdict: 'noisy' });
  });

  it('is skipped where nothing was measured', () => {
    expect(judgeWeb(undefined)).toMatchObject({ verdict: 'skipped' });
  });
});
