import { describe, expect, it } from 'vitest';
import { FairShare } from './fair-share.ts';

/** Take until it is refused; how many that were. */
function takeAll(share: FairShare, name: string, weight = 1): number {
  let taken = 0;
  while (share.take({ name, weight })) taken += 1;
  return taken;
}

describe('places that all share', () => {
  it('are half of one source, and there are some for whoever comes next', () => {
    const share = new FairShare(1_000);
    expect(takeAll(share, 'greedy')).toBe(500);
    expect(takeAll(share, 'second')).toBe(250);
    for (let index = 0; index < 50; index++) takeAll(share, `of many ${index}`);
    expect(share.take({ name: 'greedy', weight: 1 })).toBe(false);
  });

  it('are nearly all of a hundred that take together, and still not all', () => {
    const share = new FairShare(10_000);
    let taken = 0;
    for (let turn = 0; turn < 10_000; turn++) {
      if (share.take({ name: `of many ${turn % 99}`, weight: 1 })) taken += 1;
    }
    expect(taken).toBe(9_900);
    expect(share.take({ name: 'new', weight: 1 })).toBe(true);
  });

  it('are more for a source that stands for many', () => {
    const share = new FairShare(900);
    expect(takeAll(share, 'node', 8)).toBe(800);
    expect(takeAll(share, 'client')).toBe(50);
  });

  it('are given back once by whoever has entered', () => {
    const share = new FairShare(2);
    const leave = share.enter({ name: 'one', weight: 1 });
    expect(share.enter({ name: 'one', weight: 1 })).toBeUndefined();
    leave?.();
    leave?.();
    expect([takeAll(share, 'one'), takeAll(share, 'two')]).toEqual([1, 1]);
  });

  it('are free again when they are given back', () => {
    const share = new FairShare(4);
    share.occupy(2);
    expect([takeAll(share, 'one'), takeAll(share, 'one')]).toEqual([1, 0]);
    share.vacate(2);
    share.giveBack('one');
    expect(takeAll(share, 'one')).toBe(2);
  });
});
