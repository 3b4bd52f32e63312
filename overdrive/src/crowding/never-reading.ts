import { setTimeout as pause } from 'node:timers/promises';
import { WireSocket } from '../load/wire-socket.ts';
import { rssOf } from '../processes.ts';
import type { RelayProcess } from '../relay/start.ts';

export interface NeverReading {
  readonly rssBefore: number;
  readonly rssMost: number;
  readonly connected: number;
  /** How many the relay has hung up on, and seconds until it had on all. */
  readonly ended: number;
  readonly after: number;
}

/** Devices with a full mailbox that connect and read nothing. */
export async function neverReading(relay: RelayProcess, patience: number): Promise<NeverReading> {
  const { host, port, accounts, pid } = relay;
  const rssBefore = rssOf(pid);
  let rssMost = rssBefore;
  const sockets = await Promise.all(
    accounts.map(
      ({ aci, password }) =>
        new Promise<WireSocket>((resolve) => {
          const login = Buffer.from(`${aci}.1:${password}`).toString('base64');
          const socket: WireSocket = new WireSocket({
            ...{ host, port, from: host, authorization: `Basic ${login}` },
            opened: () => {
              socket.pause();
              resolve(socket);
            },
            message: () => undefined,
            ended: () => resolve(socket),
          });
        }),
    ),
  );
  const started = performance.now();
  let ended = 0;
  while (ended < sockets.length && performance.now() - started < patience) {
    await pause(100);
    rssMost = Math.max(rssMost, rssOf(pid));
    ended = (await relay.totals())['socket-bounded'] ?? 0;
  }
  for (const socket of sockets) socket.destroy();
  return {
    rssBefore,
    rssMost,
    connected: sockets.length,
    ended,
    after: (performance.now() - started) / 1000,
  };
}
