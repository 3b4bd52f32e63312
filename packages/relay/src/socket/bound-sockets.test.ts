import { CLOSE } from '@sotto/protocol';
import { expect, it } from 'vitest';
import { MAX_SOCKET_BYTES, MESSAGE_PACE, STUCK_AFTER } from '../constants.ts';
import { createEvents } from '../events.ts';
import { checkSockets } from './bound-sockets.ts';
import { Progress } from './progress.ts';

function socket(bytes: number, stuck: number) {
  const codes: number[] = [];
  return { codes, held: () => bytes, stuckFor: () => stuck, hangUp: (code: number) => codes.push(code) };
}

const closedOf = (...sockets: ReturnType<typeof socket>[]) => {
  checkSockets(
    sockets,
    createEvents(() => undefined),
    0,
  );
  return sockets.map(({ codes }) => codes);
};

it('hangs up on a message, or its reader, that stands still, and on no quiet socket', () => {
  const [late, slow, quiet] = [STUCK_AFTER + 1, STUCK_AFTER - 1, STUCK_AFTER * 100];
  expect(closedOf(socket(1, late), socket(1, slow), socket(0, quiet))).toEqual([[CLOSE.policy], [], []]);
});

it('hangs up on the largest while all together hold too much', () => {
  const [third, rest] = [MAX_SOCKET_BYTES / 3, 10];
  const large = Array.from({ length: 4 }, (_, index) => socket(third + index, 0));
  expect(closedOf(socket(rest, 0), ...large)).toEqual([
    [],
    [],
    [],
    [CLOSE.tryAgainLater],
    [CLOSE.tryAgainLater],
  ]);
});

function watched() {
  const stream = { bytesRead: 500 };
  const state = { bufferedAmount: 0, isPaused: false };
  const progress = new Progress(state, stream);
  // A whole number, so that differences are exact.
  return { stream, state, progress, start: Math.ceil(performance.now()) };
}

it('counts what has come of a message and what is not read, and how long nothing has moved', () => {
  const { stream, state, progress, start } = watched();
  expect([progress.held(), progress.stuckFor(start)]).toEqual([0, 0]);
  stream.bytesRead = 700;
  expect([progress.held(), progress.stuckFor(start)]).toEqual([200, 0]);
  expect(progress.stuckFor(start + 1_000_000)).toBe(1_000_000);
  state.isPaused = true;
  expect(progress.stuckFor(start + 1_000_000)).toBe(0);
  progress.whole();
  state.bufferedAmount = 30;
  expect(progress.held()).toBe(30);
  expect(progress.stuckFor(start + 1_000_000)).toBeGreaterThan(900_000);
});

it('holds it against nobody that they were quiet before a message, nor that a long one takes its time', () => {
  const { stream, progress, start } = watched();
  expect(progress.stuckFor(start + STUCK_AFTER * 100)).toBe(0);
  let now = start + STUCK_AFTER * 200;
  for (let part = 0; part < 10; part++) {
    stream.bytesRead += MESSAGE_PACE;
    expect(progress.stuckFor(now)).toBe(0);
    now += STUCK_AFTER;
    expect(progress.stuckFor(now)).toBe(STUCK_AFTER);
  }
  progress.whole();
  expect(progress.stuckFor(now)).toBe(0);
});

it('takes a message that comes a byte at a time for one that stands still', () => {
  const { stream, progress, start } = watched();
  for (let second = 0; second <= 20; second++) {
    stream.bytesRead += 1;
    expect(progress.stuckFor(start + second * 1_000)).toBe(second * 1_000);
  }
});
