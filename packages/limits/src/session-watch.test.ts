import { EventEmitter, once } from 'node:events';
import { connect as connectHttp2, constants, createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { beforeEach, expect, it } from 'vitest';
import { ANSWERED_FOR_ONE, IDLE_FRAMES, SessionWatch } from './session-watch.ts';

const ALLOWANCES = { head: 30_000, unread: 2_000_000 };

let watch: SessionWatch;
beforeEach(() => {
  watch = new SessionWatch(ALLOWANCES);
});

function connect() {
  const state = { ended: undefined as number | undefined, bytesRead: 0, bytesWritten: 0 };
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
  state.bytesRead += 100 * ALLOWANCES.head;
  watch.check();
  watch.begun(session);
  watch.came(session, 100 * IDLE_FRAMES);
  state.bytesRead += 101 * IDLE_FRAMES;
  watch.check();
  watch.leftUnread(session);
  state.bytesRead += ALLOWANCES.unread + IDLE_FRAMES;
  watch.check();
  expect(state.ended).toBe(undefined);
});

it('allows what a client says of the answers that it reads, and nothing for those of before', () => {
  const { state } = connect();
  state.bytesWritten = 10 * ANSWERED_FOR_ONE * IDLE_FRAMES;
  state.bytesRead = 11 * IDLE_FRAMES;
  watch.check();
  expect(state.ended).toBe(undefined);
  state.bytesRead += IDLE_FRAMES + 1;
  watch.check();
  expect(state.ended).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
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
