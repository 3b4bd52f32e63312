import { expect, it } from 'vitest';
import { purposeOf } from './purpose-of.ts';

it('tells what goes by a path from its name', () => {
  expect(purposeOf('ask')).toEqual({ kind: 'ask' });
  expect(purposeOf('server')).toEqual({ kind: 'server' });
  expect(purposeOf('mail 2')).toEqual({ kind: 'mailbox', number: 2 });
  expect(purposeOf('0')).toEqual({ kind: 'mailbox', number: 0 });
  for (const name of ['', 'mail', 'mail two', 'weather', '1234567']) {
    expect(purposeOf(name)).toEqual({ kind: 'other' });
  }
});
