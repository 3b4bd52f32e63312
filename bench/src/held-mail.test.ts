import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { HeldMail } from './held-mail.ts';

it('hands over the oldest of one account, in order, a few at once, and waits for them', async () => {
  const held = new HeldMail();
  const [begun, committed]: [string[], string[]] = [[], []];
  let [open, most] = [0, 0];
  for (let number = 0; number < 10; number++) {
    for (const account of ['alice', 'bob']) {
      held.add(account, async () => {
        begun.push(`${account} ${number}`);
        most = Math.max(most, ++open);
        await turn();
        open--;
        committed.push(`${account} ${number}`);
      });
    }
  }
  await held.handOver('bob', 7, 3);
  expect(begun).toEqual(Array.from({ length: 7 }, (_, number) => `bob ${number}`));
  expect(committed).toEqual(begun);
  expect(most).toBe(3);
  expect([held.count('bob'), held.count('alice'), held.count('nobody')]).toEqual([3, 10, 0]);
});
