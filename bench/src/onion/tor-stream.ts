import { connect, createServer, type Server, type Socket } from 'node:net';

export interface Stream {
  readonly socket: Socket;
  ask(text: string): Promise<string>;
}

/** Longer than a busy network of ten processes ever takes. */
const PATIENCE = 60_000;

/** A stream through the client's SOCKS port (RFC 1928, RFC 1929); each user name has circuits of its own. */
export async function openStream(socksPort: number, port: number, user: string): Promise<Stream> {
  const socket = connect({ host: '127.0.0.1', port: socksPort, noDelay: true });
  const take = reader(socket);
  socket.write(Buffer.from([5, 1, 2]));
  await take(2);
  socket.write(Buffer.concat([Buffer.from([1, user.length]), Buffer.from(user), Buffer.from([1, 0x78])]));
  await take(2);
  socket.write(Buffer.from([5, 1, 0, 1, 127, 0, 0, 1, port >> 8, port & 0xff]));
  const answer = await take(10);
  if (answer[1] !== 0) throw new Error(`Tor opened no stream: ${answer[1]}`);
  return {
    socket,
    ask: async (text) => {
      socket.write(text, 'latin1');
      return (await take(text.length)).toString('latin1');
    },
  };
}

/** Reads exactly so many bytes at a time. */
function reader(socket: Socket): (length: number) => Promise<Buffer> {
  let held = Buffer.alloc(0);
  let give = (): void => undefined;
  let fail = (_error: Error): void => undefined;
  socket.on('data', (data) => {
    held = Buffer.concat([held, data]);
    give();
  });
  socket.on('close', () => fail(new Error('Tor closed a stream')));
  socket.on('error', (error) => fail(error));
  return (length) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('Tor did not answer')), PATIENCE);
      fail = reject;
      give = () => {
        if (held.length < length) return;
        clearTimeout(timer);
        resolve(held.subarray(0, length));
        held = held.subarray(length);
      };
      give();
    });
}

/** Says what it hears. */
export function startEcho(): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
