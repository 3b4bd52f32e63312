import { EventEmitter, once } from 'node:events';
import { connect as connectHttp2, constants, createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { HEAD_ALLOWANCE, IDLE_FRAMES, UNREAD_ALLOWANCE } from '../constants.ts';
import { SessionWatch } from './session-watch.ts';

let watch: SessionWatch;
beforeEach(() => {
  watch = new SessionWatch();
});
afterEach(() => watch.stop());

function connect() {
  const state = { ended: undefined as number | undefined, bytesRead: 0 };
  const session = Object.assign(new EventEmitter(), {
    destroyed: false,
    destroy: (_error: Error, code: number) => {
      state.ended = code;
    },
  }) as unknown as ServerHttp2Session;
  watch.add(session, state);
  return { state, session };
}

it('ends a connection on which much comes that is part of no request, in words', () => {
  const { state } = connect();
  state.bytesRead = IDLE_FRAMES;
  watch.check();
  expect(state.ended).toBe(undefined);
  state.bytesRead += IDLE_FRAMES + 1;
  watch.check();
  expect(state.ended).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
});

it('leaves alone what asks, what sends bodies, and what had sent one that nobody read', () => {
  const { state, session } = connect();
  for (let asked = 0; asked < 100; asked++) watch.begun(session);
  state.bytesRead += 100 * HEAD_ALLOWANCE;
  watch.check();
  watch.begun(session);
  watch.came(session, 100 * IDLE_FRAMES);
  state.bytesRead += 101 * IDLE_FRAMES;
  watch.check();
  watch.leftUnread(session);
  state.bytesRead += UNREAD_ALLOWANCE + IDLE_FRAMES;
  watch.check();
  expect(state.ended).toBe(undefined);
});

it('asks nothing of a connection that has ended and is not closed yet', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const begun = once(server, 'session');
  const other = connectHttp2(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  other.on('error', () => undefined);
  const [session] = (await begun) as [ServerHttp2Session];
  session.on('error', () => undefined);
  watch.add(session);
  session.destroy();
  other.destroy();
  expect(() => session.socket.bytesRead).toThrow();
  watch.check();
  server.close();
});
