import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Everything that goes over loopback between addresses of one world, as a file of packets. */
export interface Capture {
  readonly file: string;
  /** Writes what is still on its way and ends. */
  stop(): Promise<void>;
}

/** What the kernel holds back for a moment before it shows it. */
const SETTLE_MS = 500;

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
  const flags = ['-i', 'lo', '-n', '-U', '-s', '0', '-B', '65536', '-Z', 'root', '-w', file];
  const child = spawn('tcpdump', [...flags, 'net', `127.${block}.0.0/16`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const told = await listening(child);
  return {
    file,
    async stop() {
      await pause(SETTLE_MS);
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.kill('SIGINT');
      await gone;
      const dropped = /(\d+) packets? dropped by kernel/.exec(told())?.[1];
      if (dropped !== '0') throw new Error(`the capture is not whole: ${told()}`);
    },
  };
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
