import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Side } from '../compare.ts';
import { type CpuClock, measure } from '../measure.ts';
import type { TorNetwork } from '../peers/tor.ts';
import { expectText, textOf } from '../text-of.ts';

export interface TorLoad {
  readonly name: string;
  readonly requests: number;
  readonly parallel: number;
  readonly cpu: CpuClock;
}

/**
 * 1 KiB to a server behind three Tor relays and 1 KiB back, so many at once, each on a stream and a circuit of its
 * own that are kept.
 */
export async function torRequests(
  network: TorNetwork,
  { name, requests, parallel, cpu }: TorLoad,
): Promise<Side> {
  const echo = await startEcho();
  const { port } = echo.address() as AddressInfo;
  const streams = await Promise.all(
    Array.from({ length: parallel }, (_, lane) => openStream(network.socksPort, port, `lane-${lane}`)),
  );
  let next = 0;
  return {
    name,
    run: () =>
      measure(
        requests,
        async (timed) => {
          const last = next + requests;
          const lane = async (stream: Stream): Promise<void> => {
            while (next < last) {
              const [index, started] = [next++, performance.now()];
              expectText(await stream.ask(textOf(index)), index);
              timed(performance.now() - started);
            }
          };
          await Promise.all(streams.map(lane));
        },
        cpu,
      ),
    close: async () => {
      for (const { socket } of streams) socket.destroy();
      echo.close();
    },
  };
}

interface Stream {
  readonly socket: Socket;
  ask(text: string): Promise<string>;
}

/** Longer than a busy network of ten processes ever takes. */
const PATIENCE = 60_000;

/** A stream through the client's SOCKS port (RFC 1928, RFC 1929); each user name has circuits of its own. */
async function openStream(socksPort: number, port: number, user: string): Promise<Stream> {
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

function startEcho(): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
