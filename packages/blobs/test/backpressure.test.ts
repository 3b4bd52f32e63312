import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { PACE } from '../src/constants.ts';
import { readAtPace } from '../src/http/read-at-pace.ts';

const LENGTH = 32 * 1024 * 1024;
const open: { close(): void }[] = [];

afterEach(() => {
  for (const { close } of open.splice(0)) close();
});

/** A request whose client sends 32 MiB as fast as it can. */
async function receive(): Promise<{ request: IncomingMessage; client: Socket }> {
  const server = createServer();
  const arrived = new Promise<IncomingMessage>((resolve) => server.once('request', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.on('error', () => undefined);
  client.write(`POST / HTTP/1.1\r\nHost: here\r\nContent-Length: ${LENGTH}\r\n\r\n`);
  client.write(Buffer.alloc(LENGTH));
  open.push({
    close: () => {
      client.destroy();
      server.closeAllConnections();
      server.close();
    },
  });
  return { request: await arrived, client };
}

describe('a body', () => {
  it('waits in the connection and not in memory while the store is slow', async () => {
    const { request, client } = await receive();
    const chunks = readAtPace(request, PACE);
    const first = await chunks.next();
    expect(first.done).toBe(false);
    // The client is stuck once the system’s buffers are full.
    let before = -1;
    await expect
      .poll(
        () => {
          const stuck = client.bytesWritten - client.writableLength === before;
          before = client.bytesWritten - client.writableLength;
          return stuck;
        },
        { timeout: 20_000, interval: 200 },
      )
      .toBe(true);
    expect(request.socket.bytesRead).toBeLessThan(512 * 1024);
    let length = (first.value as Uint8Array).length;
    for await (const chunk of chunks) length += chunk.length;
    expect(length).toBe(LENGTH);
  });

  it('can be read by somebody else after that', async () => {
    const { request } = await receive();
    const chunks = readAtPace(request, PACE);
    const first = await chunks.next();
    await chunks.return(undefined);
    let length = (first.value as Uint8Array).length;
    const ended = new Promise((resolve) => request.once('end', resolve));
    // What nobody wants is let pass in this way.
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
    });
    request.resume();
    await ended;
    expect(length).toBe(LENGTH);
  });
});
