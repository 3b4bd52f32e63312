import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../../apps/cli/bin/sotto.js', import.meta.url));
/** Compiled, whether this file is or not: Node 20 reads no TypeScript. */
const PRELOAD = new URL('../../dist/preload/control.js', import.meta.url).href;

/** A server on a machine that does much else has this long to answer. */
const READY_MS = 60_000;

export interface ProductCommand {
  readonly args: readonly string[];
  /** Everything it prints is added here. */
  readonly log: string;
  /** The control file of the module that is loaded into it; without, nothing is loaded. */
  readonly control?: string;
  /** It ends with us, whatever becomes of us: it holds a channel that closes then. */
  readonly tied?: boolean;
}

/** Every child of ours, so that none outlives us. */
const alive = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

/** The environment of a child: ours without settings of whoever runs this. */
function environment(control: string | undefined): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !name.startsWith('SOTTO_') && name !== 'NODE_OPTIONS',
  );
  const loaded = control === undefined ? {} : { NODE_OPTIONS: `--import=${PRELOAD}`, CHAOS_CONTROL: control };
  return { ...Object.fromEntries(own), ...loaded };
}

/** Start the real command. */
function spawnProduct({ args, log, control, tied = false }: ProductCommand): ChildProcess {
  const child = spawn(process.execPath, [BIN, ...args], {
    env: environment(control),
    stdio: ['ignore', 'pipe', 'pipe', ...(tied ? (['ipc'] as const) : [])],
  });
  alive.add(child);
  const file = createWriteStream(log, { flags: 'a', mode: 0o600 });
  child.stdout?.pipe(file, { end: false });
  child.stderr?.pipe(file, { end: false });
  child.once('close', () => {
    alive.delete(child);
    file.end();
  });
  return child;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it printed on standard error. */
  readonly words: string;
}

/** A process that goes on until it is ended. */
export interface ProductProcess {
  readonly ready: Readonly<Record<string, unknown>>;
  readonly ended: Promise<Ended>;
  readonly isAlive: () => boolean;
  signal(signal: NodeJS.Signals): void;
}

/** It ended, or was silent, before it said that it is ready. */
export class NotReady extends Error {
  override readonly name = 'NotReady';
  readonly how: Ended;

  constructor(words: string, how: Ended) {
    super(words);
    this.how = how;
  }
}

/** Start a command that prints `{"event":"ready",…}` and goes on. Rejects with NotReady. */
export async function startProduct(command: ProductCommand): Promise<ProductProcess> {
  const child = spawnProduct({ ...command, args: [...command.args, '--json'], tied: true });
  const ended = endOf(child);
  let over = false;
  void ended.then(() => {
    over = true;
  });
  const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
    const name = command.args.slice(0, 2).join(' ');
    const timer = setTimeout(() => child.kill('SIGKILL'), READY_MS);
    if (child.stdout !== null) {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const event = JSON.parse(line) as Record<string, unknown>;
        if (event['event'] !== 'ready') return;
        clearTimeout(timer);
        resolve(event);
      });
    }
    void ended.then((how) => {
      clearTimeout(timer);
      reject(
        new NotReady(`${name} ended with ${how.signal ?? how.code} before it was ready: ${how.words}`, how),
      );
    });
  });
  return { ready, ended, isAlive: () => !over, signal: (signal) => void child.kill(signal) };
}

/** Run a command to its end. */
export async function runProduct(command: ProductCommand): Promise<Ended & { readonly stdout: string }> {
  const child = spawnProduct(command);
  let stdout = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  return { ...(await endOf(child)), stdout };
}

function endOf(child: ChildProcess): Promise<Ended> {
  let words = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2_000);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, words: words.trim() }));
  });
}
