import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Everything that goes over loopback between addresses of one world, as a file of packets. */
export interface Capture {
  readonly file: string;
  /** Writes what is still on its way and ends. */
  stop(): Promise<void>;
}

/** Packets are shown in their order: once the last one is in the file, all are. */
const PATIENCE_MS = 60_000;
const LOOK_MS = 100;
/** Nobody listens there. */
const DISCARD_PORT = 9;

/** Packets are shown to root only, by a program that may not be there. */
export function mayCapture(): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return (
    process.platform === 'linux' &&
    process.getuid?.() === 0 &&
    folders.some((folder) => existsSync(join(folder, 'tcpdump')))
  );
}

export async function startCapture(file: string, block: number): Promise<Capture> {
  // -Z root: it would otherwise become a user who may not write into our folder.
  const flags = [
    '-i',
    'lo',
    '-n',
    '--immediate-mode',
    '-U',
    '-s',
    '0',
    '-B',
    '65536',
    '-Z',
    'root',
    '-w',
    file,
  ];
  const child = spawn('tcpdump', [...flags, 'net', `127.${block}.0.0/16`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const told = await listening(child);
  return {
    file,
    async stop() {
      await untilSeen(file, `127.${block}.255.254`);
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      await gone;
      const dropped = /(\d+) packets? dropped by kernel/.exec(told())?.[1];
      if (dropped !== '0') throw new Error(`the capture is not whole: ${told()}`);
    },
  };
}

/** Send a packet of our own, and wait until it is in the file. */
async function untilSeen(file: string, host: string): Promise<void> {
  const mark = randomBytes(16);
  const socket = createSocket('udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.send(mark, DISCARD_PORT, host, (error) => (error ? reject(error) : resolve()));
    });
  } finally {
    socket.close();
  }
  const until = performance.now() + PATIENCE_MS;
  while (!readFileSync(file).includes(mark)) {
    if (performance.now() > until) throw new Error('the capture does not show what was sent last');
    await pause(LOOK_MS);
  }
}

/** Resolves when packets are seen; what it gives back tells all that was said so far. */
function listening(child: ChildProcess): Promise<() => string> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('listening on')) resolve(() => said);
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`tcpdump ended: ${said}`)));
  });
}
