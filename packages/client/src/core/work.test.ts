import { describe, expect, it } from 'vitest';
import type { StoreChange } from '../ports/store.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createArrivals } from './arriving.ts';
import { createUnits } from './work.ts';

function makeUnits() {
  const store = createMemoryStore();
  const arrivals = createArrivals();
  const trace: string[] = [];
  const units = createUnits({
    store,
    arriving: arrivals,
    emit: ({ event }) => trace.push(event),
    onTellFailed: () => trace.push('tell failed'),
  });
  const disk = { isFull: false };
  store.beforeCommit = async (work) => {
    trace.push(`commit ${work.map(markOf).join(' ')}`);
    if (!disk.isFull) return;
    disk.isFull = false;
    throw new Error('disk full');
  };
  /** Marks what it saw of the one before, and itself. */
  const put = (mark: string, before = 'none', kind: 'shared' | 'unit' = 'shared') =>
    units[kind](async (work) => {
      const seen = await (kind === 'shared' ? units.view : store).hasSeen(before);
      work.change({ kind: 'put-seen', mark, forgetAfter: 9 });
      work.lost(() => trace.push(`lost ${mark}`));
      work.after(() => {
        trace.push(`told ${mark}`);
        return undefined;
      });
      return seen;
    });
  return { store, disk, arrivals, trace, units, put };
}

function markOf(change: StoreChange): string {
  return change.kind === 'put-seen' ? change.mark : change.kind;
}

describe('shared units', () => {
  it('are one commit, in order, each seeing those before it, and nobody else sees any of them', async () => {
    const { store, trace, put } = makeUnits();
    const first = put('a');
    const second = put('b', 'a').then((seen) => [seen, trace.includes('commit a b c')]);
    const third = put('c', 'b');
    expect(await store.hasSeen('a')).toBe(false);
    expect(await Promise.all([first, second, third])).toEqual([false, [true, true], true]);
    expect(trace).toEqual(['commit a b c', 'told a', 'told b', 'told c']);
  });

  it('keep their place among units that have a commit to themselves', async () => {
    const { trace, put } = makeUnits();
    const seen = await Promise.all([
      put('a'),
      put('b', 'a'),
      put('c', 'b', 'unit'),
      put('d', 'c'),
      put('e', 'd', 'unit'),
    ]);
    expect(seen).toEqual([false, true, true, true, true]);
    expect(trace.filter((line) => line.startsWith('commit'))).toEqual([
      'commit a b',
      'commit c',
      'commit d',
      'commit e',
    ]);
  });

  it('are all lost with their commit, which is known before the next unit begins', async () => {
    const { store, disk, trace, put } = makeUnits();
    disk.isFull = true;
    const lost = [put('a'), put('b', 'a')];
    const next = put('c', 'a', 'unit');
    expect(await Promise.allSettled(lost)).toMatchObject([{ status: 'rejected' }, { status: 'rejected' }]);
    expect(await next).toBe(false);
    expect(trace).toEqual(['commit a b', 'lost a', 'lost b', 'commit c', 'told c']);
    expect([await store.hasSeen('a'), await store.hasSeen('b'), await store.hasSeen('c')]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('leave nothing of one that fails by itself', async () => {
    const { store, trace, units, put } = makeUnits();
    const failing = units.shared(async (work) => {
      work.change({ kind: 'put-seen', mark: 'f', forgetAfter: 9 });
      throw new Error('no');
    });
    const ends = await Promise.allSettled([put('a'), failing, put('b', 'f')]);
    expect(ends).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected' }, { value: false }]);
    expect(trace[0]).toBe('commit a b');
    expect(await store.hasSeen('f')).toBe(false);
  });

  it('are on disk before one of them reads a list that they belong to', async () => {
    const { trace, units, put } = makeUnits();
    const first = put('a');
    const listing = units.shared(async (work) => {
      await units.view.contacts();
      trace.push('listed');
      work.change({ kind: 'put-seen', mark: 'l', forgetAfter: 9 });
    });
    await Promise.all([first, listing, put('b')]);
    expect(trace).toEqual(['commit a', 'told a', 'listed', 'commit l b', 'told b']);
  });

  it('are kept when and only when they are on disk, whoever reads the view at whatever moment', async () => {
    for (let moment = 0; moment < 60; moment++) {
      const { store, disk, units } = makeUnits();
      disk.isFull = true;
      const marks = ['a', 'b', 'c'];
      const seen: string[] = [];
      const begun = marks.map((mark, index) =>
        units.shared(async (work) => {
          const before = marks[index - 1];
          if (before !== undefined && (await units.view.hasSeen(before))) seen.push(mark);
          await undefined;
          work.change({ kind: 'put-seen', mark, forgetAfter: 9 });
        }),
      );
      for (let turn = 0; turn < moment; turn++) await undefined;
      await units.view.ratchet.keys('pre-key').catch(() => undefined);
      const ends = await Promise.allSettled(begun);
      const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
      expect(new Set(reasons)).toEqual(new Set(['Error: disk full']));
      const kept = marks.filter((_, index) => ends[index]?.status === 'fulfilled');
      const stored = await Promise.all(
        marks.map(async (mark) => ((await store.hasSeen(mark)) ? [mark] : [])),
      );
      expect(kept, `moment ${moment}`).toEqual(stored.flat());
      // Nothing rests on what was lost.
      for (const mark of kept) {
        const before = marks[marks.indexOf(mark) - 1];
        if (before !== undefined && seen.includes(mark)) expect(kept, `moment ${moment}`).toContain(before);
      }
    }
  });

  it('wait for one that is about to come, and not for one that does not', async () => {
    const { arrivals, trace, put } = makeUnits();
    const leave = [arrivals.enter(), arrivals.enter()];
    const first = put('a');
    for (let turn = 0; turn < 1_000; turn++) await undefined;
    expect(trace).toEqual([]);
    const second = put('b');
    leave[0]?.();
    leave[0]?.();
    for (let turn = 0; turn < 1_000; turn++) await undefined;
    expect(trace).toEqual([]);
    leave[1]?.();
    await Promise.all([first, second]);
    expect(trace[0]).toBe('commit a b');
  });

  it('are held up by no crowd that brings nothing, and are never more than 64', async () => {
    const { arrivals, trace, put } = makeUnits();
    let isDone = false;
    const first = put('a').then(() => {
      isDone = true;
    });
    arrivals.enter();
    for (let crowd = 0; crowd < 10_000 && !isDone; crowd++) {
      arrivals.enter()();
      await undefined;
      await Promise.resolve();
    }
    await first;
    const marks = Array.from({ length: 130 }, (_, index) => `m${index}`);
    trace.length = 0;
    const many = marks.map((mark) => put(mark));
    for (let crowd = 0; crowd < 10_000; crowd++) {
      arrivals.enter()();
      await undefined;
    }
    await Promise.all(many);
    const commits = trace.filter((line) => line.startsWith('commit'));
    expect(commits.map((line) => line.split(' ').length - 1)).toEqual([64, 64, 2]);
  });
});
