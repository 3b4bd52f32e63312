import { describe, expect, it } from 'vitest';
import { createFakeClock } from './fake-clock.ts';
import { createFaultyPipe, type Faults } from './faulty-pipe.ts';
import { createScheduler } from './scheduler.ts';
import { createSeededRandom } from './seeded-random.ts';

describe('fake clock', () => {
  it('fires timers in order, also those that timers set, and not the cancelled ones', async () => {
    const clock = createFakeClock(1_000);
    const fired: string[] = [];
    clock.after(30, () => fired.push(`late at ${clock.now()}`));
    clock.after(10, () => {
      fired.push(`early at ${clock.now()}`);
      clock.after(5, () => fired.push(`nested at ${clock.now()}`));
    });
    const cancel = clock.after(12, () => fired.push('cancelled'));
    cancel();
    await clock.advance(20);
    expect(fired).toEqual(['early at 1010', 'nested at 1015']);
    expect([clock.now(), clock.pending]).toEqual([1_020, 1]);
    expect([await clock.next(), await clock.next()]).toEqual([true, false]);
    expect(fired.at(-1)).toBe('late at 1030');
  });
});

describe('seeded randomness', () => {
  it('repeats itself for a seed and differs for the next one', () => {
    const draw = (seed: number) => createSeededRandom(seed).bytes(32);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('spreads over its range', () => {
    const random = createSeededRandom(1);
    const counts = new Array<number>(10).fill(0);
    for (let index = 0; index < 10_000; index++)
      counts[random.integer(10)] = (counts[random.integer(10)] ?? 0) + 1;
    for (const count of counts) expect(count).toBeGreaterThan(500);
  });
});

describe('scheduler', () => {
  it('lets one piece of work go on at a time, in an order that the seed repeats', async () => {
    async function race(seed: number): Promise<string> {
      const scheduler = createScheduler(createSeededRandom(seed));
      let trace = '';
      const work = async (name: string) => {
        for (let step = 0; step < 4; step++) {
          await scheduler.point();
          trace += name;
        }
      };
      const all = Promise.all(['a', 'b', 'c'].map(work));
      await scheduler.run();
      await all;
      return trace;
    }
    expect(await race(3)).toBe(await race(3));
    const orders = new Set([await race(1), await race(2), await race(3), await race(4)]);
    expect(orders.size).toBeGreaterThan(1);
  });
});

describe('faulty pipe', () => {
  async function through(faults: Faults): Promise<number[]> {
    const clock = createFakeClock();
    const arrived: number[] = [];
    const pipe = createFaultyPipe<number>({ clock, random: createSeededRandom(5), faults }, (item) =>
      arrived.push(item),
    );
    for (let item = 0; item < 200; item++) pipe.send(item);
    await clock.advance(10_000);
    expect(pipe.inFlight).toBe(0);
    return arrived;
  }
  const sent = Array.from({ length: 200 }, (_, index) => index);

  it('is a plain pipe without faults', async () => {
    expect(await through({})).toEqual(sent);
  });

  it('drops, doubles, delays and reorders', async () => {
    expect((await through({ drop: 0.5 })).length).toBeLessThan(150);
    expect((await through({ duplicate: 0.5 })).length).toBeGreaterThan(250);
    for (const faults of [{ reorder: 0.2 }, { delay: 50 }]) {
      const arrived = await through(faults);
      expect(arrived).not.toEqual(sent);
      expect(arrived.toSorted((left, right) => left - right)).toEqual(sent);
    }
  });
});
