import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LOOK_INTERVAL } from './constants.ts';
import { Waiters } from './waiters.ts';

const HOUR = 3_600_000;

/** Something that may come, and how often it was looked for. */
function thing() {
  let there: string | undefined;
  let looks = 0;
  return {
    come: () => {
      there = 'there';
    },
    looks: () => looks,
    look: async () => {
      looks += 1;
      return there;
    },
  };
}

/** What has come of a wait by now. */
async function stateOf(waiting: Promise<string | undefined>): Promise<string> {
  await vi.advanceTimersByTimeAsync(0);
  return Promise.race([waiting.then((found) => found ?? 'over'), Promise.resolve().then(() => 'waits')]);
}

let waiters: Waiters;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  waiters = new Waiters();
});
afterEach(() => {
  waiters.endAll();
  vi.useRealTimers();
});

describe('waiters', () => {
  it('look at once, and again when their bell rings', async () => {
    const { look, looks, come } = thing();
    const waiting = waiters.wait({ bell: 'mine', milliseconds: HOUR, look });
    expect([await stateOf(waiting), looks()]).toEqual(['waits', 1]);
    waiters.ring('another');
    expect([await stateOf(waiting), looks()]).toEqual(['waits', 1]);
    come();
    waiters.ring('mine');
    expect(await waiting).toBe('there');
    expect(looks()).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('look without a bell too, for what another process has written', async () => {
    const { look, come } = thing();
    const waiting = waiters.wait({ bell: 'mine', milliseconds: HOUR, look });
    await stateOf(waiting);
    come();
    await vi.advanceTimersByTimeAsync(LOOK_INTERVAL);
    expect(await stateOf(waiting)).toBe('there');
  });

  it('miss nothing that is written while they look', async () => {
    const { look, come } = thing();
    const waiting = waiters.wait({
      bell: 'mine',
      milliseconds: HOUR,
      look: async () => {
        const seen = await look();
        come();
        waiters.ring('mine');
        return seen;
      },
    });
    expect(await stateOf(waiting)).toBe('there');
  });

  it('go home when their time is over, when they are called off and when the relay stops', async () => {
    const calledOff = new AbortController();
    const wait = (milliseconds: number, signal?: AbortSignal) =>
      waiters.wait({ bell: 'mine', milliseconds, look: thing().look, ...(signal && { signal }) });
    const [short, unwanted, long] = [wait(1_000), wait(HOUR, calledOff.signal), wait(HOUR)];
    await vi.advanceTimersByTimeAsync(1_000);
    expect([await stateOf(short), await stateOf(unwanted)]).toEqual(['over', 'waits']);
    calledOff.abort();
    expect([await stateOf(unwanted), await stateOf(long)]).toEqual(['over', 'waits']);
    waiters.endAll();
    expect(await stateOf(long)).toBe('over');
    expect(await stateOf(wait(HOUR))).toBe('over');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('are bounded: of one source the next is refused, and of another it is not', async () => {
    const few = new Waiters(4);
    const enter = (name: string) => few.enter({ name, weight: 1 });
    const [first, second, third, other] = [enter('one'), enter('one'), enter('one'), enter('two')];
    expect([first, second, third, other].map((leave) => leave !== undefined)).toEqual([
      true,
      true,
      false,
      true,
    ]);
    first?.();
    expect(enter('two')).toBeDefined();
  });

  it('end with a look that fails', async () => {
    const look = () => Promise.reject(new Error('unreadable'));
    await expect(waiters.wait({ bell: 'x', milliseconds: HOUR, look })).rejects.toThrow('unreadable');
    expect(vi.getTimerCount()).toBe(0);
  });
});
