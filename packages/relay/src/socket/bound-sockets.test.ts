import { CLOSE } from '@sotto/protocol';
import { expect, it } from 'vitest';
import { MAX_SOCKET_BYTES, STUCK_AFTER } from '../constants.ts';
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

it('counts what has come of a message and what is not read, and how long nothing has moved', () => {
  const stream = { bytesRead: 500 };
  const state = { bufferedAmount: 0, isPaused: false };
  const progress = new Progress(state, stream);
  const later = performance.now() + 1_000_000;
  expect([progress.held(), progress.stuckFor(later)]).toEqual([0, 0]);
  stream.bytesRead = 700;
  expect(progress.held()).toBe(200);
  expect(progress.stuckFor(later)).toBeGreaterThan(900_000);
  state.isPaused = true;
  expect(progress.stuckFor(later)).toBe(0);
  progress.whole();
  state.bufferedAmount = 30;
  expect(progress.held()).toBe(30);
  expect(progress.stuckFor(later)).toBeGreaterThan(900_000);
});
