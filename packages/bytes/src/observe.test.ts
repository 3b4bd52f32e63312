import { afterEach, describe, expect, it } from 'vitest';
import { observe } from './observe.ts';

const place = globalThis as Record<symbol, unknown>;
const OBSERVER = Symbol.for('sotto.observer');

describe('a stop of the way', () => {
  afterEach(() => {
    delete place[OBSERVER];
  });

  it('is passed in silence when nobody looks', () => {
    expect(observe('seal', 'before')).toBeUndefined();
  });

  it('is told to whoever was put there, with its moment', () => {
    const seen: unknown[] = [];
    place[OBSERVER] = (...passed: unknown[]) => seen.push(passed);
    observe('seal', 'before');
    observe('seal', 'after');
    expect(seen).toEqual([
      ['seal', 'before'],
      ['seal', 'after'],
    ]);
  });
});
