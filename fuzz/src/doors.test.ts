import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listDoors } from './doors.ts';
import { NOT_FUZZED } from './not-fuzzed.ts';
import { TARGETS } from './targets/all.ts';

describe('the table of doors', () => {
  const doors = listDoors();
  const covered = new Set(TARGETS.flatMap(({ covers }) => covers));

  it('sees the tree', () => {
    expect(doors.length).toBeGreaterThan(50);
  });

  it('has a target for every file that reads bytes or text, or the reason why not', () => {
    expect(doors.filter((file) => !covered.has(file) && !NOT_FUZZED.has(file))).toEqual([]);
  });

  it('gives no reason where there is a target, and none for what is not there', () => {
    expect([...NOT_FUZZED.keys()].filter((file) => covered.has(file) || !doors.includes(file))).toEqual([]);
  });

  it('names files that are there', () => {
    const there = (file: string) => existsSync(new URL(`../../${file}`, import.meta.url));
    expect([...covered].filter((file) => !there(file))).toEqual([]);
  });

  it('has one target of each name', () => {
    expect(new Set(TARGETS.map(({ name }) => name)).size).toBe(TARGETS.length);
  });
});
