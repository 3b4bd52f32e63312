import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeMembers } from './merge-members.ts';

const message = (number: number, timestamp = number) => ({ hash: `${number}`.padStart(3, '0'), timestamp });

describe('merging what members hold', () => {
  it('keeps the order of storing, whatever each of them lacks and whatever the times say', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { maxLength: 30 }),
        fc.array(fc.array(fc.nat(29), { maxLength: 20 }), { minLength: 1, maxLength: 5 }),
        (times, lacking) => {
          const stored = times.map((time, number) => message(number, time));
          const lists = lacking.map((missing) => stored.filter((_, number) => !missing.includes(number)));
          const merged = mergeMembers(lists);
          expect(new Set(merged)).toEqual(new Set(lists.flat()));
          for (const list of lists) {
            const places = list.map((each) => merged.indexOf(each));
            expect(places).toEqual([...places].sort((left, right) => left - right));
          }
        },
      ),
    );
  });

  it('puts together what no member has whole', () => {
    const [a, b, c, d] = [message(1), message(2), message(3), message(4)];
    expect(
      mergeMembers([
        [b, d],
        [a, b, c],
        [c, d],
      ]),
    ).toEqual([a, b, c, d]);
  });

  it('goes by the time of storing where members contradict each other', () => {
    const [a, b, c] = [message(9, 10), message(1, 20), message(5, 30)];
    expect(
      mergeMembers([
        [b, a, c],
        [a, b, c],
      ]),
    ).toEqual([a, b, c]);
    expect(mergeMembers([[b], [a], [c]])).toEqual([a, b, c]);
  });
});
