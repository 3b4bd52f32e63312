import { MAX_KEY_ID } from '@sotto/ratchet';
import { describe, expect, it } from 'vitest';
import { chooseKeyIds } from './key-ids.ts';

describe('key IDs', () => {
  it('are different, in range, and increase but for the wrap', () => {
    const ids = chooseKeyIds(100, new Set());
    expect(new Set(ids).size).toBe(100);
    expect(ids.every((id) => id >= 1 && id <= MAX_KEY_ID)).toBe(true);
    const descents = ids.filter((id, index) => index > 0 && id < (ids[index - 1] as number));
    expect(descents.length).toBeLessThanOrEqual(1);
  });

  it('leave out what is taken', () => {
    const free = new Set([5, 7, MAX_KEY_ID]);
    const taken = { has: (id: number) => !free.has(id) };
    expect(new Set(chooseKeyIds(3, taken))).toEqual(free);
  });
});
