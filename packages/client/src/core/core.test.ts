import { createFakeClock, quiet } from '@sotto/testkit';
import { describe, expect, it } from 'vitest';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createAlarm } from './alarm.ts';
import { createEvents } from './events.ts';
import { createLimit } from './limit.ts';
import { createMutex } from './mutex.ts';
import { createUnits } from './work.ts';

describe('mutex', () => {
  it('lets one at a time through, in order, also after a failure', async () => {
    const exclusive = createMutex();
    const trace: string[] = [];
    const work = (name: string, fails = false) =>
      exclusive(async () => {
        trace.push(`${name} in`);
        await quiet();
        trace.push(`${name} out`);
        if (fails) throw new Error(name);
      });
    const done = await Promise.allSettled([work('a'), work('b', true), work('c')]);
    expect(trace).toEqual(['a in', 'a out', 'b in', 'b out', 'c in', 'c out']);
    expect(done.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

describe('a unit of work', () => {
  it('has succeeded when it is on disk, whatever the tells after it do', async () => {
    const store = createMemoryStore();
    const told: string[] = [];
    const { unit } = createUnits({
      store,
      emit: ({ event }) => told.push(event),
      onTellFailed: () => told.push('failed'),
    });
    const result = await unit(async (work) => {
      work.change({ kind: 'put-seen', mark: 'm', forgetAfter: 9 });
      work.after(() => Promise.reject(new Error('the disk has failed once')));
      work.after(() => ({ event: 'drained', road: 'relay' }));
      return 'done';
    });
    expect([result, ...told]).toEqual(['done', 'failed', 'drained']);
    expect(await store.hasSeen('m')).toBe(true);
  });
});

describe('limit', () => {
  it('runs so many at once and never more', async () => {
    const limit = createLimit(3);
    let now = 0;
    let most = 0;
    const work = () =>
      limit(async () => {
        most = Math.max(most, ++now);
        await quiet();
        now--;
      });
    await Promise.all(Array.from({ length: 20 }, work));
    expect([most, now]).toEqual([3, 0]);
  });
});

describe('alarm', () => {
  it('looks when told, when due, again when told meanwhile, and not after it was stopped', async () => {
    const clock = createFakeClock();
    let looks = 0;
    let fails = false;
    const alarm = createAlarm({ clock, log: () => undefined }, 'test', async () => {
      looks++;
      await Promise.resolve();
      if (fails) throw new Error('failed');
      return looks < 3 ? 1_000 : undefined;
    });
    alarm.look();
    alarm.look();
    await quiet();
    expect(looks).toBe(2);
    await clock.advance(1_000);
    expect([looks, clock.pending]).toEqual([3, 0]);
    fails = true;
    alarm.look();
    await clock.advance(10_000);
    expect(looks).toBe(5);
    await alarm.stop();
    await clock.advance(60_000);
    expect(looks).toBe(5);
  });
});

describe('events', () => {
  it('go to every listener, and no more to one that throws', () => {
    let failures = 0;
    const events = createEvents(() => failures++);
    const heard: string[] = [];
    events.subscribe(() => {
      throw new Error('broken listener');
    });
    const stop = events.subscribe(({ event }) => heard.push(event));
    events.emit({ event: 'drained', road: 'relay' });
    events.emit({ event: 'account', state: 'none' });
    stop();
    events.emit({ event: 'account', state: 'none' });
    expect([heard, failures]).toEqual([['drained', 'account'], 1]);
  });
});
