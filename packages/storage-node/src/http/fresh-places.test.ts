import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FreshPlaces } from './fresh-places.ts';

const ADDRESS = '127.0.0.2';
const FRESH = 1_000;
let places: FreshPlaces;
beforeEach(() => {
  vi.useFakeTimers();
  places = new FreshPlaces(8, FRESH);
});
afterEach(() => {
  vi.useRealTimers();
});

it('are given to one address up to a half, and to another that is new', () => {
  const left = Array.from({ length: 4 }, () => places.enter(ADDRESS));
  expect(left).not.toContain(undefined);
  expect(places.enter(ADDRESS)).toBe(undefined);
  expect(places.enter('127.0.0.3')).not.toBe(undefined);
});

it('are free again when it is answered, once, or when it waits for long', () => {
  const [first] = Array.from({ length: 4 }, () => places.enter(ADDRESS));
  first?.();
  first?.();
  expect(places.enter(ADDRESS)).not.toBe(undefined);
  expect(places.enter(ADDRESS)).toBe(undefined);
  vi.advanceTimersByTime(FRESH);
  first?.();
  const later = Array.from({ length: 5 }, () => places.enter(ADDRESS));
  expect(later.filter((leave) => leave !== undefined)).toHaveLength(4);
});
