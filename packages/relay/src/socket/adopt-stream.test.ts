import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { adoptStream, countedStream } from './adopt-stream.ts';

/** One byte in a binary frame, masked with nothing (RFC 6455 §5.2). */
const FRAME = Buffer.from([0x82, 0x81, 0, 0, 0, 0, 7]);

const wire = (): Duplex => new Duplex({ read: () => undefined, write: (_part, _coding, done) => done() });

it('has counted the bytes of a message when it is whole', async () => {
  const stream = wire();
  const counted = countedStream(stream);
  const socket = adoptStream(new WebSocketServer({ noServer: true }), stream);
  for (const times of [1, 2]) {
    const bytesRead = new Promise((resolve) => socket.once('message', () => resolve(counted.bytesRead)));
    stream.push(FRAME);
    expect(await bytesRead).toBe(times * FRAME.length);
  }
});

it('is one of its server’s sockets, under the same limits, until it closes', async () => {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1 });
  const stream = wire();
  const socket = adoptStream(server, stream);
  expect([...server.clients]).toEqual([socket]);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  const failed = once(socket, 'error');
  stream.push(Buffer.from([0x82, 0x82, 0, 0, 0, 0, 7, 7]));
  expect(await failed).toEqual([expect.objectContaining({ code: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' })]);
  stream.push(null);
  await closed;
  expect(server.clients.size).toBe(0);
});
