import { existsSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Running } from '../../long-running.ts';

/** Compiled, whether this file is or not: Node 20 reads no TypeScript. */
const PRELOAD = new URL('../../../dist/taint/world/preload.js', import.meta.url).href;

/** A snapshot takes a second, on a machine that does much else several. */
const DUMP_MS = 60_000;

/** Somebody who runs a server and looks at all that it has. */
export interface Server {
  readonly name: string;
  readonly ip: string;
  /** Its folder. */
  readonly data: string;
  /** All that its process printed. */
  readonly log: string;
  /** Where it writes what is alive in its heap when it is asked to. */
  readonly dump: string;
  running: Running | undefined;
}

/** What the process of such a server finds in its environment. */
export function watched(dump: string): Record<string, string> {
  return { NODE_OPTIONS: `--import=${PRELOAD}`, TAINT_DUMP: dump };
}

export function pidOf({ name, running }: Server): number {
  if (running === undefined) throw new Error(`${name} does not run`);
  return Number(running.ready['pid']);
}

/** What is alive in the heap of a server: all its strings and byte arrays. */
export async function readLiveHeap(server: Server): Promise<Buffer> {
  rmSync(server.dump, { force: true });
  process.kill(pidOf(server), 'SIGUSR2');
  const end = performance.now() + DUMP_MS;
  while (!existsSync(server.dump)) {
    if (performance.now() > end) throw new Error(`${server.name} wrote no heap`);
    await pause(50);
  }
  const heap = readFileSync(server.dump);
  rmSync(server.dump);
  return heap;
}
