import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Storm, storm } from './storm.ts';
import { type Person, texts } from './world.ts';

async function received(by: Person, from: Person): Promise<string[]> {
  const rows = await by.client.messages(from.account, { limit: 200 });
  return rows
    .toReversed()
    .filter(({ direction, kind }) => direction === 'in' && kind === 'text')
    .map(({ text }) => text);
}

async function check({ world, people, stranger, written }: Storm): Promise<void> {
  const [alice, bob] = people;
  for (const [from, to] of [[alice, bob] as const, [bob, alice] as const, [stranger, bob] as const]) {
    const shown = await received(to, from);
    const own = (await from.client.messages(to.account, { limit: 200 }))
      .filter(({ direction }) => direction === 'out')
      .toReversed();
    // What the sender's disk holds is what the other side shows: once, in order, nothing lost, nothing else.
    expect(shown).toEqual(own.map(({ text }) => text));
    for (const message of written.filter((each) => each.from === from && each.to === to)) {
      expect(shown).toContain(message.text);
    }
    expect(own.every(({ state }) => state === 'sent' || state === 'delivered')).toBe(true);
    expect((await from.client.status()).queued).toBe(0);
  }
  // The stranger was never accepted: nothing may have gone back.
  expect(world.network.delivered.filter(({ to }) => to === stranger.account)).toEqual([]);
  for (const person of [alice, bob, stranger]) {
    const told = person.events.flatMap((event) =>
      event.event === 'message' && event.message.kind === 'text' ? [event.message.text] : [],
    );
    expect(new Set(told).size).toBe(told.length);
    expect(
      person.events.filter((event) => event.event === 'message' && event.message.kind === 'gap'),
    ).toEqual([]);
  }
}

/** As `check`, but what overtook by the other road may have been shown, with a notice, before what it overtook. */
async function checkTwoRoads({ people, stranger, written }: Storm): Promise<void> {
  const [alice, bob] = people;
  for (const [from, to] of [[alice, bob] as const, [bob, alice] as const, [stranger, bob] as const]) {
    const screen = await texts(to, from);
    const shown = screen.filter((line) => !line.endsWith('missing)'));
    const own = (await from.client.messages(to.account, { limit: 200 }))
      .filter(({ direction }) => direction === 'out')
      .map(({ text }) => text)
      .toReversed();
    expect(shown.toSorted()).toEqual(own.toSorted());
    for (const message of written.filter((each) => each.from === from && each.to === to)) {
      expect(shown).toContain(message.text);
    }
    let last = -1;
    const late = shown.filter((text) => {
      const place = own.indexOf(text);
      if (place < last) return true;
      last = place;
      return false;
    });
    const told = screen
      .filter((line) => line.endsWith('missing)'))
      .map((line) => Number.parseInt(line.slice(1), 10));
    // What a stranger wrote before the first that came is nobody's loss.
    const missing = told.reduce((sum, count) => sum + count, 0);
    if (from === stranger) expect(missing).toBeLessThanOrEqual(late.length);
    else expect(missing).toBe(late.length);
    expect((await from.client.status()).queued).toBe(0);
  }
}

const anyWeather = fc.record({
  lost: fc.constantFrom(0, 0.1, 0.3),
  answerLost: fc.constantFrom(0, 0.1, 0.3),
  commitFails: fc.constantFrom(0, 0.05, 0.2),
  dies: fc.constantFrom(0, 0.01, 0.04),
  garbage: fc.constantFrom(0, 0.3),
});

describe('a storm', () => {
  it('loses nothing, shows nothing twice and keeps the order, whatever fails at whichever step', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), anyWeather, async (seed, weather) => {
        await check(await storm(seed, weather, 20));
      }),
      { numRuns: 12 },
    );
  }, 120_000);

  it('over two roads that come and go loses nothing, shows nothing twice and accounts for what is late', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), anyWeather, async (seed, weather) => {
        await checkTwoRoads(await storm(seed, { ...weather, garbage: 0, turns: 0.3 }, 20));
      }),
      { numRuns: 10 },
    );
  }, 120_000);

  it('is survived at its worst', async () => {
    await check(
      await storm(42, { lost: 0.3, answerLost: 0.3, commitFails: 0.2, dies: 0.05, garbage: 0.5 }, 80),
    );
  }, 60_000);
});
