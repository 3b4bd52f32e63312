import { FairShare } from '@sotto/limits';
import { expect, it } from 'vitest';
import { createEvents } from '../events.ts';
import { inTurn } from './in-turn.ts';

it('answers while there is a place, and has it until it answers or gives it back', async () => {
  const events = createEvents(() => undefined);
  const context = { underWay: new FairShare(1), events };
  const ask = (answer: (leave: () => void) => Promise<string>) => inTurn(context, '10.0.0.1', answer);
  let finish = (_text: string): void => undefined;
  const later = () =>
    new Promise<string>((resolve) => {
      finish = resolve;
    });
  const first = ask(later);
  expect(await ask(async () => 'another')).toBeUndefined();
  expect(events.totals()).toEqual({ overloaded: 1 });
  finish('done');
  expect(await first).toBe('done');
  const poll = ask((leave) => {
    leave();
    return later();
  });
  expect(await ask(async () => 'meanwhile')).toBe('meanwhile');
  finish('woken');
  expect(await poll).toBe('woken');
  await expect(ask(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(context.underWay.taken).toBe(0);
});
