import { describe, expect, it } from 'vitest';
import { KillLedger } from './kill-ledger.ts';
import { nameOf } from './ledger.ts';

/** Six of one sender were accepted, a seventh was sent; the first two had come before the kill. */
function killed(): KillLedger {
  const ledger = new KillLedger();
  for (let count = 0; count < 7; count++) {
    const { number, text } = ledger.next(3);
    if (number < 6) ledger.accepted(3, number);
    if (number < 2) ledger.received(text);
  }
  ledger.killed();
  return ledger;
}

function back(...numbers: readonly number[]): KillLedger {
  const ledger = killed();
  for (const number of numbers) ledger.received(nameOf(3, number));
  return ledger;
}

describe('a server that was killed', () => {
  it.each<readonly number[]>([
    [2, 3, 4, 5],
    // Its acknowledgement was lost with the server.
    [1, 2, 3, 4, 5],
    // Sent, and never accepted.
    [2, 3, 4, 5, 6],
  ])('may give %j back', (...numbers) => {
    expect(back(...numbers).judge()).toEqual({ accepted: 6, held: 4 });
  });

  it.each<readonly number[]>([[], [2, 3, 4], [2, 4, 5]])('must not give only %j back', (...numbers) => {
    expect(() => back(...numbers).judge()).toThrow('gone after a kill');
  });

  it.each<readonly number[]>([
    [2, 2],
    [3, 2],
    [2, 3, 4, 5, 7],
  ])('must not give %j back', (...numbers) => {
    expect(() => back(...numbers)).toThrow(/came twice|nobody had sent/);
  });

  it('is judged by its last message as soon as that has come', () => {
    expect(back(2).isBack(3, 5)).toBe(false);
    expect(back(2, 3, 4, 5).isBack(3, 5)).toBe(true);
  });

  it('must not have lost, doubled or reordered before', () => {
    const ledger = new KillLedger();
    const texts = [ledger.next(0).text, ledger.next(0).text];
    expect(() => ledger.received(texts[1] ?? '')).toThrow('was lost, doubled or reordered');
    ledger.received(texts[0] ?? '');
    expect(() => ledger.received(texts[0] ?? '')).toThrow('was lost, doubled or reordered');
    expect(() => ledger.received('hello')).toThrow('nobody had sent');
  });
});
