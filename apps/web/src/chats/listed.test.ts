import { describe, expect, it } from 'vitest';
import { neighbour, rowBeginning } from './listed.ts';

const accounts = ['a', 'b', 'c', 'd'];
const unread = (account: string) => account === 'b' || account === 'd';
const down = { step: 1, unreadOnly: false } as const;

describe('the chat beside another', () => {
  it('is the one below or above, and none past the ends', () => {
    expect(neighbour(accounts, 'b', down, unread)).toBe('c');
    expect(neighbour(accounts, 'b', { ...down, step: -1 }, unread)).toBe('a');
    expect(neighbour(accounts, 'd', down, unread)).toBeUndefined();
  });

  it('from none is the first or the last', () => {
    expect(neighbour(accounts, undefined, down, unread)).toBe('a');
    expect(neighbour(accounts, 'gone', { ...down, step: -1 }, unread)).toBe('d');
    expect(neighbour([], undefined, down, unread)).toBeUndefined();
  });

  it('can be the next unread one', () => {
    expect(neighbour(accounts, 'b', { step: 1, unreadOnly: true }, unread)).toBe('d');
    expect(neighbour(accounts, 'b', { step: -1, unreadOnly: true }, unread)).toBeUndefined();
  });
});

describe('typing ahead', () => {
  const names = ['Ana', 'Bob', 'Çelik', 'ben', 'Anton'];
  it('goes on with one letter, and stays with more', () => {
    expect(rowBeginning(names, 'b', 1)).toBe(3);
    expect(rowBeginning(names, 'b', 3)).toBe(1);
    expect(rowBeginning(names, 'an', 0)).toBe(0);
    expect(rowBeginning(names, 'ant', 0)).toBe(4);
    expect(rowBeginning(names, 'ç', 0)).toBe(2);
    expect(rowBeginning(names, 'x', 0)).toBeUndefined();
    expect(rowBeginning([], 'a', 0)).toBeUndefined();
  });
});
