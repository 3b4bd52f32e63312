import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections: one of these could come first after a kill. */
const LOWEST = 10_000;
const HIGHEST = 32_000;
const TRIES = 50;

/** A loopback port that was free a moment ago, for servers that must come back at the same address. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried++) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree('127.0.0.1', port)) return port;
  }
  throw new Error('no port is free');
}

/** Whether nothing listens at an address. */
export function isFree(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, address, () => probe.close(() => resolve(true)));
  });
}
