import { EventEmitter } from 'node:events';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HEAD_TIMEOUT } from '../constants.ts';
import { HeadWatch } from './head-watch.ts';

let watch: HeadWatch;
beforeEach(() => {
  watch = new HeadWatch();
});
afterEach(() => watch.stop());

function connect() {
  const socket = Object.assign(new EventEmitter(), {
    bytesRead: 0,
    destroyed: false,
    destroy: () => {
      socket.destroyed = true;
    },
  });
  watch.add(socket as unknown as TLSSocket, 0);
  return { state: socket, socket: socket as unknown as TLSSocket };
}

it('destroys a connection that asks nothing, however it drips', () => {
  const { state } = connect();
  watch.check(HEAD_TIMEOUT - 1);
  state.bytesRead = 5;
  expect(state.destroyed).toBe(false);
  watch.check(HEAD_TIMEOUT);
  expect(state.destroyed).toBe(true);
});

it('leaves alone what is being answered, and what is quiet between two requests', () => {
  const { state, socket } = connect();
  state.bytesRead = 100;
  watch.begun(socket);
  watch.check(10 * HEAD_TIMEOUT);
  watch.answered(socket);
  watch.check(100 * HEAD_TIMEOUT);
  expect(state.destroyed).toBe(false);
  // The next one begins, and does not come to its end.
  state.bytesRead = 101;
  watch.check(101 * HEAD_TIMEOUT);
  expect(state.destroyed).toBe(false);
  watch.check(102 * HEAD_TIMEOUT);
  expect(state.destroyed).toBe(true);
});
