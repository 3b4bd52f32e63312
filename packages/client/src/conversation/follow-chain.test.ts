import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_AHEAD } from '../constants.ts';
import type { ChainState } from '../ports/store.ts';
import { type ChainStep, followChain, giveUpGaps, type Shown, startChain } from './follow-chain.ts';

const hashOf = (counter: number) => new Uint8Array(32).fill(counter % 256);
const step = (counter: number, since = 0): ChainStep => ({
  counter,
  hash: hashOf(counter),
  sentAt: since + counter,
  ...(counter > 1 ? { previous: hashOf(counter - 1) } : {}),
});
const begin = (): ChainState => startChain('someone', 1, 7, 1);

/** A screen: what a chain gives free, with the counters of what is shown and (n) for a notice. */
function createScreen(state = begin()) {
  let chain = state;
  const screen: string[] = [];
  const show = (shows: readonly Shown[], arrived = 0) => {
    for (const each of shows) {
      if (each.kind === 'missing') screen.push(`(${each.count})`);
      else screen.push(String(each.kind === 'this' ? arrived : each.counter));
    }
  };
  return {
    screen,
    get chain() {
      return chain;
    },
    take(taken: ChainStep, now = 1_000) {
      const followed = followChain(chain, taken, now);
      ({ chain } = followed);
      show(followed.shows, taken.counter);
      return followed;
    },
    giveUp(isOver: (at: number) => boolean = () => true) {
      const given = giveUpGaps(chain, isOver);
      ({ chain } = given);
      show(given.shows);
    },
  };
}

const upTo = (length: number) => Array.from({ length }, (_, index) => String(index + 1));
const anyOrder = fc
  .integer({ min: 1, max: 40 })
  .chain((length) => fc.shuffledSubarray(upTo(length).map(Number), { minLength: length }));

describe('a chain', () => {
  it('shows everything in order after any disorder in which everything came', () => {
    fc.assert(
      fc.property(anyOrder, (counters) => {
        const screen = createScreen();
        for (const counter of counters) screen.take(step(counter));
        expect(screen.screen).toEqual(upTo(counters.length));
        expect(screen.chain.ahead).toEqual([]);
        expect(screen.chain).not.toHaveProperty('gapSince');
      }),
    );
  });

  it('counts exactly what is missing, in its place, and shows the rest in order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (counters) => {
        const screen = createScreen();
        for (const counter of counters) screen.take(step(counter));
        const missing = Math.max(...counters) - counters.length;
        expect(screen.chain.gapSince !== undefined).toBe(missing > 0);
        screen.giveUp();
        const wanted: string[] = [];
        let last = 0;
        for (const counter of counters.toSorted((left, right) => left - right)) {
          if (counter > last + 1) wanted.push(`(${counter - last - 1})`);
          wanted.push(String(counter));
          last = counter;
        }
        expect(screen.screen).toEqual(wanted);
        expect(screen.chain).toMatchObject({ expected: last + 1, ahead: [] });
        expect(screen.chain).not.toHaveProperty('gapSince');
      }),
    );
  });

  it('shows each once however gaps are given up in between, and only late ones out of order', () => {
    const anySteps = fc.array(fc.oneof(fc.constant('give up' as const), fc.integer({ min: 1, max: 25 })));
    fc.assert(
      fc.property(anySteps, (steps) => {
        const screen = createScreen();
        const came = new Set<number>();
        const late = new Set<string>();
        for (const each of steps) {
          if (each === 'give up') screen.giveUp();
          else if (!came.has(each)) {
            came.add(each);
            if (each < screen.chain.expected) late.add(String(each));
            screen.take(step(each));
          }
        }
        screen.giveUp();
        const texts = screen.screen.filter((shown) => !shown.startsWith('('));
        expect(texts.toSorted()).toEqual([...came].map(String).toSorted());
        const prompt = texts.filter((text) => !late.has(text)).map(Number);
        expect(prompt).toEqual(prompt.toSorted((left, right) => left - right));
        const told = screen.screen
          .filter((shown) => shown.startsWith('('))
          .map((shown) => Number(shown.slice(1, -1)));
        const missing = told.reduce((sum, count) => sum + count, 0);
        expect(missing - late.size).toBe(Math.max(0, ...came) - came.size);
      }),
    );
  });

  it('gives up a gap by the age of what came behind it, and no younger one', () => {
    const screen = createScreen();
    screen.take(step(1), 0);
    screen.take(step(5), 10);
    screen.take(step(3), 20);
    screen.take(step(9), 30);
    expect(screen.chain.gapSince).toBe(10);
    screen.giveUp((at) => at <= 10);
    expect(screen.screen).toEqual(['1', '(1)', '3', '(1)', '5']);
    expect(screen.chain.gapSince).toBe(30);
  });

  it('gives up waiting when too many have overtaken, and shows those', () => {
    const screen = createScreen();
    for (let counter = 3; counter < MAX_AHEAD + 3; counter++) screen.take(step(counter));
    expect(screen.screen).toEqual([]);
    screen.take(step(MAX_AHEAD + 3));
    expect(screen.screen).toEqual(['(2)', ...upTo(MAX_AHEAD + 3).slice(2)]);
    expect(screen.chain.expected).toBe(MAX_AHEAD + 4);
  });

  it('begins anew when the sender has forgotten the chat, in whatever order it then comes', () => {
    const screen = createScreen();
    for (const counter of [1, 2, 3, 4, 7]) screen.take(step(counter));
    for (const counter of [2, 1, 3]) screen.take(step(counter, 1_000));
    expect(screen.screen).toEqual(['1', '2', '3', '4', '(2)', '7', '1', '2', '3']);
    expect(screen.chain).toMatchObject({ expected: 4, ahead: [] });
  });

  it('knows what comes late from what begins anew', () => {
    const screen = createScreen();
    for (const counter of [1, 2, 4]) screen.take(step(counter));
    screen.giveUp();
    screen.take(step(3));
    screen.take(step(5));
    expect(screen.screen).toEqual(['1', '2', '(1)', '4', '3', '5']);
  });

  it('notices another predecessor than the one that came', () => {
    const { take } = createScreen();
    take(step(1));
    take(step(2));
    const { chain } = take(step(3));
    const broken = (previous: object) =>
      followChain(chain, { counter: 4, hash: hashOf(4), sentAt: 4, ...previous }, 0).broken;
    expect(broken({ previous: hashOf(9) })).toBe(true);
    expect(broken({})).toBe(true);
    expect(broken({ previous: hashOf(3) })).toBe(false);
  });
});
