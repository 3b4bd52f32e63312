import type { OnionExamination } from '@sotto/transport-onion';
import { describe, expect, it } from 'vitest';
import { describeOnion } from './describe-onion.ts';

const NOW = 1_800_000_000_000;
const GOOD: OnionExamination = {
  list: { issuedAt: NOW - 60_000, nodes: 9, seen: false },
  guards: { alive: 2, chosen: 2 },
  clockOffset: 0,
  record: { storedOn: 3, answered: 3, of: 3, durable: true },
};
const lineOf = (check: string, found: Partial<OnionExamination>) =>
  describeOnion({ ...GOOD, ...found }, NOW).find((line) => line.check === check);

describe('the onion road in doctor', () => {
  it('is all right when it is', () => {
    expect(describeOnion(GOOD, NOW).filter(({ ok, hint }) => !ok || hint !== undefined)).toEqual([]);
  });

  it.each([
    [0, 'within the last hour'],
    [-3_600_000, 'within the last hour'],
    [5 * 3_600_000, '5 h ago'],
    [3 * 86_400_000, '3 days ago'],
  ])('says how old the list is: %i ms', (age, words) => {
    const list = { issuedAt: NOW - age, nodes: 9, seen: false };
    expect(lineOf('directory', { list })?.detail).toBe(`9 storage nodes, signed ${words}`);
    const seen = { ...list, seen: true };
    expect(lineOf('directory', { list: seen })?.detail).toBe(`9 storage nodes, seen ${words}`);
  });

  it('warns of a list that is old, because newer ones may be held back', () => {
    const aged = (days: number) =>
      lineOf('directory', { list: { issuedAt: NOW - days * 86_400_000, nodes: 9, seen: false } });
    expect(aged(89)).not.toHaveProperty('hint');
    expect(aged(91)).toMatchObject({ ok: true, hint: expect.stringContaining('sotto account network') });
  });

  it('tells a record that nobody holds from one that nobody could be asked for', () => {
    const record = (storedOn: number, answered: number, durable = false) =>
      lineOf('record in its swarm', { record: { storedOn, answered, of: 3, durable } });
    expect(record(0, 0)).toMatchObject({ ok: false, detail: expect.stringContaining('could be asked') });
    expect(record(0, 0)?.detail).not.toContain('stored on');
    expect(record(0, 3)?.detail).toContain('stored on 0 of 3, too few');
    expect(record(2, 2, true)?.detail).toBe('stored on 2 of 3, 1 could not be asked');
  });

  it('says what is wrong, with what to do', () => {
    const record = { storedOn: 1, answered: 3, of: 3, durable: false };
    expect(lineOf('record in its swarm', { record })).toMatchObject({
      ok: false,
      detail: expect.stringContaining('1 of 3'),
      hint: expect.any(String),
    });
    const guards = { alive: 0, chosen: 2 };
    expect(lineOf('guards', { guards })).toMatchObject({ ok: false, hint: expect.any(String) });
    for (const [offset, words] of [
      [600_000, '600 s behind'],
      [-600_000, '600 s ahead of'],
    ] as const) {
      const line = lineOf('onion clock', { clockOffset: offset });
      expect(line).toMatchObject({ ok: false, detail: expect.stringContaining(words) });
    }
  });
});
