import { beforeEach, expect, it } from 'vitest';
import { STANDING_QUEUE } from '../constants.ts';
import { QueueWatch } from './queue-watch.ts';

const { stretch, answers, quick, poll } = STANDING_QUEUE;
let now: number;
let watch: QueueWatch;
beforeEach(() => {
  now = 0;
  watch = new QueueWatch(() => now);
});

function answer(times: number, milliseconds: number): void {
  for (let count = 0; count < times; count++) watch.answered(milliseconds);
}

it('notices that nearly all answers are slow, and that it is over', () => {
  answer(answers, quick);
  expect(watch.isStanding).toBe(false);
  now += stretch;
  expect(watch.isStanding).toBe(true);
  answer(answers, quick);
  now += stretch;
  expect(watch.isStanding).toBe(true);
  answer(answers - 1, quick);
  now += stretch;
  expect(watch.isStanding).toBe(false);
});

it('does not take for a queue what is quick for others, long polls, or what was long ago', () => {
  answer(answers, quick);
  answer(answers / 5, quick - 1);
  now += stretch;
  expect(watch.isStanding).toBe(false);
  answer(10 * answers, poll);
  now += stretch;
  expect(watch.isStanding).toBe(false);
  answer(answers, quick);
  now += 2 * stretch;
  expect(watch.isStanding).toBe(false);
});
