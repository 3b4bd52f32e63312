import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { DevnetError } from '../errors.ts';

export interface ChainOptions {
  readonly host: string;
  readonly port: number;
  /** File that remembers the chain from one start to the next. */
  readonly state: string;
  /** Seconds between blocks in which nothing happens; what happens gets a block at once. */
  readonly blockTime: number;
}

export interface RunningChain {
  /** Of its JSON-RPC. */
  readonly url: string;
  /** Resolves when it has ended, however. */
  readonly ended: Promise<void>;
  /** Write the state down and end; within a second. */
  close(): Promise<void>;
}

/** Anvil's own, which every chain of one machine has by default. */
export const CHAIN_ID = 31_337;

/** Seconds. An orderly end writes the state down too. */
const STATE_INTERVAL = 30;

/** States that can still be read: whoever is a minute behind reads an older block. */
const KEPT_BLOCKS = 64;

const READY_MS = 20_000;
const GRACE_MS = 900;

/** Ends the chain when whoever started it is gone, even by SIGKILL: the other end of its input is theirs. */
const WATCHDOG = 'cat > /dev/null; kill "$1" 2> /dev/null';

/** Run a chain of this machine alone. Rejects with DevnetError `not-ready` or `no-chain`. */
export async function runChain({ host, port, state, blockTime }: ChainOptions): Promise<RunningChain> {
  const args = [
    ...['--host', host, '--port', String(port), '--chain-id', String(CHAIN_ID)],
    ...['--mixed-mining', '--block-time', String(blockTime), '--prune-history', String(KEPT_BLOCKS)],
    ...['--state', state, '--state-interval', String(STATE_INTERVAL)],
  ];
  const child = spawn(programOfAnvil(), args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  const watchdog = spawn('sh', ['-c', WATCHDOG, 'sh', String(child.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.unref();
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    const force = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
    await ended;
    clearTimeout(force);
    watchdog.stdin.end();
  };
  try {
    await untilListening(child, ended);
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `http://${host}:${port}`, ended, close };
}

function untilListening(child: ChildProcess, ended: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new DevnetError('not-ready', `the chain ${why}`));
    const late = setTimeout(() => fail(`did not answer within ${READY_MS / 1000} s`), READY_MS);
    const { stdout } = child;
    if (stdout === null) return fail('has no output');
    const lines = createInterface({ input: stdout });
    lines.on('line', (line) => {
      if (!line.startsWith('Listening on ')) return;
      clearTimeout(late);
      lines.close();
      // What it says of each block nobody reads; a full pipe would hold it up.
      stdout.resume();
      resolve();
    });
    void ended.then(() => {
      clearTimeout(late);
      fail('ended before it answered');
    });
  });
}

/** The program itself, which npm brings for each platform: a script in between would be one process more to end. */
function programOfAnvil(): string {
  const { platform, arch } = process;
  const name = `@foundry-rs/anvil-${platform}-${arch === 'x64' ? 'amd64' : arch}`;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    const program = join(folder, 'bin', platform === 'win32' ? 'anvil.exe' : 'anvil');
    if (existsSync(program)) return program;
  } catch {
    // Falls through: npm has none for this machine.
  }
  throw new DevnetError(
    'no-chain',
    `npm has brought no chain for this machine: ${name} is missing`,
    'run it without --chain',
  );
}
