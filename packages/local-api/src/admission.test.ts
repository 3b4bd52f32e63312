import { expect, it } from 'vitest';
import {
  encodeAdmitted,
  encodeHello,
  encodeNotAdmitted,
  MAX_HELLO_BYTES,
  parseAdmitted,
  parseHello,
} from './admission.ts';

const TOKEN = 'A'.repeat(43);

it('a first line comes back as it was meant', () => {
  for (const shown of [{ secret: TOKEN }, { session: TOKEN }]) {
    expect(parseHello(encodeHello(shown))).toEqual(shown);
  }
  expect(parseAdmitted(encodeAdmitted(TOKEN))).toBe(TOKEN);
});

it.each([
  '',
  'null',
  '{"v":1}',
  '{"v":1,"hello":{}}',
  '{"v":1,"hello":{"secret":"short"}}',
  JSON.stringify({ v: 1, hello: { secret: TOKEN, session: TOKEN } }),
  JSON.stringify({ v: 2, hello: { secret: TOKEN } }),
  JSON.stringify({ v: 1, hello: { secret: TOKEN }, more: 1 }),
  `${encodeHello({ secret: TOKEN })}${' '.repeat(MAX_HELLO_BYTES)}`,
])('anything else is no first line: %s', (line) => {
  expect(parseHello(line)).toBeUndefined();
});

it.each([encodeNotAdmitted(), '', '{}', encodeHello({ session: TOKEN })])(
  'whoever gets another answer is not let in: %s',
  (line) => {
    expect(() => parseAdmitted(line)).toThrow(expect.objectContaining({ code: 'not-admitted' }));
  },
);
