import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { connect, createServer } from 'node:net';
import { basename, delimiter, join } from 'node:path';
import { pause } from '../load/settle.ts';
import type { RunningPeer } from './peer.ts';

/** Debian keeps servers where the path of a plain user does not lead. */
const PATHS = [process.env['PATH'] ?? '', '/usr/sbin', '/usr/local/sbin'].join(delimiter);
const START_TIMEOUT = 30_000;
const LAST_LINES = 3;
/** Characters that are kept for it. */
const MOST_SAID = 2_000;
const STOP_TIMEOUT = 15_000;

/** What a program says of itself, or undefined when it is not there. */
export function versionOf(command: string, args: readonly string[], pattern: RegExp): string | undefined {
  const asked = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, PATH: PATHS } });
  if (asked.error !== undefined) return undefined;
  return pattern.exec(`${asked.stdout}${asked.stderr}`)?.[1] ?? 'of an unknown version';
}

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** What it prints is in `output.log` of this folder. */
  readonly folder: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Resolves when it serves. */
  ready(child: ChildProcess): Promise<void>;
  /** How long that may take, milliseconds. */
  readonly timeout?: number;
  /** What ends it; SIGTERM when nothing is said. */
  readonly end?: NodeJS.Signals;
}

export async function runProgram({
  command,
  args,
  folder,
  env,
  ready,
  timeout = START_TIMEOUT,
  end = 'SIGTERM',
}: Program): Promise<RunningPeer> {
  const output = createWriteStream(join(folder, 'output.log'), { flags: 'a' });
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...process.env, PATH: PATHS, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.pipe(output, { end: false });
    stream.on('data', (data: Buffer) => {
      said = (said + data.toString('utf8')).slice(-MOST_SAID);
    });
  }
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const failed = ended.then(() => {
    throw new Error(`${basename(command)} ended by itself`);
  });
  failed.catch(() => undefined);
  try {
    await Promise.race([ready(child), failed, tooLate(timeout, basename(command))]);
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw new Error(`${(error as Error).message}; ${lastWords(said, folder)}`, { cause: error });
  }
  return {
    pid: child.pid ?? 0,
    stop: async (signal = end) => {
      child.kill(signal);
      const killer = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT);
      await ended;
      clearTimeout(killer);
      output.end();
    },
  };
}

/** Ready when somebody listens there. */
export function listens(port: number): () => Promise<void> {
  return async () => {
    while (!(await answers(port))) await pause(50);
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

async function tooLate(timeout: number, name: string): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, timeout).unref());
  throw new Error(`${name} did not come up`);
}

/** The last lines, without the folder: that is gone soon, and nobody's affair. */
function lastWords(said: string, folder: string): string {
  const lines = said.replaceAll(folder, '…').trim().split('\n');
  const last = lines.slice(-LAST_LINES).join(' | ');
  return last === '' ? 'it said nothing' : `it said: ${last}`;
}

/** A port of loopback that nobody has at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
