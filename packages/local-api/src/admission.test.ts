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
  const admitted = { session: TOKEN, proof: 'B'.repeat(43) };
  expect(parseAdmitted(encodeAdmitted(admitted))).toEqual(admitted);
});

it('a page that comes back is let in by whoever let it in before, and by nobody else', () => {
  const line = encodeAdmitted({ session: TOKEN, proof: 'B'.repeat(43) });
  expect(parseAdmitted(line, 'B'.repeat(43)).session).toBe(TOKEN);
  expect(() => parseAdmitted(line, 'C'.repeat(43))).toThrow(
    expect.objectContaining({ code: 'not-admitted' }),
  );
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
