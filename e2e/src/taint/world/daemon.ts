import { connect } from 'node:net';
import { type Channel, connectLocalApi, LineSplitter, type LocalApi } from '@sotto/local-api';
import { type Running, startUntilReady } from '../../long-running.ts';

/** The program that owns somebody's profile, and a screen that talks to it. */
export interface Daemon {
  readonly api: LocalApi;
  readonly running: Running;
  /** Ends in order. */
  stop(): Promise<void>;
}

export async function startDaemon(
  profile: string,
  log: string,
  flags: readonly string[] = [],
): Promise<Daemon> {
  const running = await startUntilReady(['daemon', '--profile', profile, ...flags], { log });
  const api = connectLocalApi(await openChannel(String(running.ready['socket'])));
  return {
    api,
    running,
    async stop() {
      api.close();
      await running.stop('SIGTERM');
    },
  };
}

/** Lines over a Unix socket. */
function openChannel(path: string): Promise<Channel> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      const lines = new LineSplitter();
      resolve({
        listen({ line, closed }) {
          socket.on('data', (piece: Buffer) => lines.push(piece).forEach(line));
          socket.once('close', closed);
        },
        send: (text) => new Promise((sent) => socket.write(`${text}\n`, () => sent())),
        close: () => void socket.end(),
      });
    });
    socket.on('error', (error) => {
      reject(error);
      socket.destroy();
    });
  });
}
