import { describe, expect, it } from 'vitest';
import { ByteBudget } from './byte-budget.ts';

const limits = { total: 100, ofStrangers: 75, ofOne: 30 };

describe('the bytes that a node holds', () => {
  it('are not all one stranger’s, nor all strangers’ together', () => {
    const budget = new ByteBudget(limits);
    expect(budget.open('one').take(30)).toBe(true);
    expect(budget.open('one').take(1)).toBe(false);
    expect(budget.open('two').take(30)).toBe(true);
    expect(budget.open('three').take(16)).toBe(false);
    expect(budget.open(undefined).take(40)).toBe(true);
    expect(budget.open(undefined).take(1)).toBe(false);
  });

  it('are not all one’s of those who are trusted, who leave the strangers’ alone', () => {
    const budget = new ByteBudget({ ...limits, ofTrusted: 40 });
    expect(budget.openTrusted('one').take(40)).toBe(true);
    const more = budget.openTrusted('one');
    expect(more.take(1)).toBe(false);
    const other = budget.openTrusted('two');
    expect([other.take(30), budget.open('three').take(30), other.take(1)]).toEqual([true, true, false]);
    other.release();
    expect(budget.openTrusted('two').take(30)).toBe(true);
  });

  it('are free again when they are given back, once', () => {
    const budget = new ByteBudget(limits);
    const share = budget.open('one');
    expect(share.take(30)).toBe(true);
    share.release();
    share.release();
    expect(share.take(1)).toBe(false);
    const next = budget.open('one');
    expect([next.take(20), next.take(10), next.take(1)]).toEqual([true, true, false]);
  });
});
