import { createFakeClock, quiet } from '@sotto/testkit';
import { expect, it } from 'vitest';
import type { Core } from '../core/core.ts';
import type { Road, Toil } from '../ports/road.ts';
import { askRoad } from './ask-road.ts';

/** Somebody who asks the relay impatiently, and what is said of the road. */
function ask() {
  const clock = createFakeClock();
  const heard: string[] = [];
  const roads = { heard: (_: string, answer: string) => heard.push(answer) };
  let toil: Toil = () => undefined;
  let answer: (outcome: { readonly outcome: string }) => void = () => undefined;
  const outcomes: string[] = [];
  void askRoad(
    { clock, roads } as unknown as Core,
    { name: 'relay' } as Road,
    { impatient: true },
    (given) => {
      toil = given;
      return new Promise<{ readonly outcome: string }>((resolve) => {
        answer = resolve;
      });
    },
  ).then(({ outcome }) => outcomes.push(outcome));
  return {
    clock,
    heard,
    outcomes,
    work: (is: boolean) => toil(is),
    answer: () => answer({ outcome: 'stored' }),
  };
}

it('gives a relay up that says nothing for five seconds', async () => {
  const { clock, heard, outcomes } = ask();
  await clock.advance(4_999);
  expect(outcomes).toEqual([]);
  await clock.advance(1);
  expect([heard, outcomes]).toEqual([['unanswered'], ['unreachable']]);
});

it('takes no work of this device for silence of the relay', async () => {
  const { clock, heard, outcomes, work, answer } = ask();
  work(true);
  await clock.advance(30_000);
  work(false);
  await clock.advance(4_000);
  answer();
  await quiet();
  expect([heard, outcomes, clock.pending]).toEqual([['answered'], ['stored'], 0]);
});

it('does not work for ever, and takes silence after the work for what it is', async () => {
  const [endless, silent] = [ask(), ask()];
  endless.work(true);
  await endless.clock.advance(60_000);
  expect([endless.heard, endless.outcomes]).toEqual([['unanswered'], ['unreachable']]);
  endless.work(false);
  expect(endless.clock.pending).toBe(0);
  silent.work(true);
  silent.work(false);
  await silent.clock.advance(5_000);
  expect(silent.outcomes).toEqual(['unreachable']);
});
