import { expect, it } from 'vitest';
import { isOwnClock } from './own-clock.ts';

const digits = Buffer.from('1795950774904');
const isIn = (text: string) => isOwnClock(Buffer.from(text), digits);

it('tells the clock of whoever answers from the time of a message', () => {
  expect(isIn('{"more":false,"t":1795950774904,"hf":[19,4]}')).toBe(true);
  expect(isIn('{"body":"{\\"t\\":1795950774904}","t":1795950774904}')).toBe(true);
  expect(isIn('{\\\\\\"t\\\\\\":1795950774904}')).toBe(true);
  expect(isIn('{"at":1795950774904,"from":"127.0.0.1"}')).toBe(true);
  expect(isIn('{"sent":1795950774904}')).toBe(false);
  expect(isIn('{"t":1795950774904,"sent":1795950774904}')).toBe(false);
  expect(isIn('1795950774904')).toBe(false);
});
