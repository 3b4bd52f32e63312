import { describe, expect, it } from 'vitest';
import { Crowd } from './crowd.ts';
import type { Dialect, Hearer } from './dialect.ts';
import { pause } from './settle.ts';

/** A server within this process that hands every text over, as `carry` says. */
function server(carry: (text: string, deliver: (text: string) => void) => void): Dialect {
  const hearers = new Map<string, Hearer>();
  return {
    connect: async (_port, index, hearer) => {
      const address = String(index);
      hearers.set(address, hearer);
      return {
        address,
        send: (to, text, accepted) =>
          void setImmediate(() => {
            carry(text, (carried) => hearers.get(to)?.message(carried));
            accepted();
          }),
        close: async () => void hearers.delete(address),
      };
    },
  };
}

async function run(dialect: Dialect): Promise<Crowd> {
  const crowd = new Crowd(dialect, 0, 3);
  await crowd.join();
  crowd.start(2);
  await pause(30);
  await crowd.stop();
  await crowd.leave();
  return crowd;
}

describe('a crowd', () => {
  it('counts what an honest server delivers', async () => {
    const { ledger } = await run(server((text, deliver) => deliver(text)));
    expect(ledger.delivered).toBeGreaterThan(6);
    expect(ledger.taken).toBe(ledger.delivered);
  });

  it('counts delays from when a message was due, also where it could not be sent then', async () => {
    let given = 0;
    const crowd = new Crowd(
      server((text, deliver) => {
        if (given++ === 0) stall(70);
        deliver(text);
      }),
      0,
      4,
    );
    await crowd.join();
    const times: number[] = [];
    await crowd.pace(50, 80, (milliseconds) => times.push(milliseconds));
    await crowd.leave();
    // Due at 0, 20, 40 and 60 ms, and nothing moves before 70.
    const least = [70, 50, 30, 10];
    expect(times).toHaveLength(least.length);
    for (const [index, time] of times.entries()) expect(time).toBeGreaterThanOrEqual(least[index] ?? 0);
  });

  it.each<[string, (text: string, deliver: (text: string) => void) => void]>([
    ['doubles', (text, deliver) => [text, text].forEach((one) => void deliver(one))],
    ['alters', (text, deliver) => deliver(text.replace('.', '!'))],
    ['loses', dropOne()],
    ['reorders', swapTwo()],
  ])('has no figure for a server that %s', async (_what, carry) => {
    await expect(run(server(carry))).rejects.toThrow('was lost, doubled or reordered');
  });
});

/** Holds up everything in this process. */
function stall(milliseconds: number): void {
  const end = performance.now() + milliseconds;
  while (performance.now() < end);
}

/** The fourth is never delivered; the next of its sender tells. */
function dropOne(): (text: string, deliver: (text: string) => void) => void {
  let count = 0;
  return (text, deliver) => {
    if (++count !== 4) deliver(text);
  };
}

/** The first of all comes after the fourth, which has the same sender. */
function swapTwo(): (text: string, deliver: (text: string) => void) => void {
  let held: string | undefined;
  let count = 0;
  return (text, deliver) => {
    if (++count === 1) held = text;
    else deliver(text);
    if (count === 4 && held !== undefined) deliver(held);
  };
}
