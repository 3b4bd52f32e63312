import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** How often it is looked whether a server is ready, and how long, milliseconds. */
const LOOK_EVERY = 20;
const READY_WITHIN = 60_000;

/**
 * Waits until whoever started it is gone, however that happened: the other end of its input is theirs. Then it
 * ends the server and removes the folder.
 */
const WATCHDOG = `
cat > /dev/null
pid=$(cat "$1/pid" 2> /dev/null) && kill -"$2" "$pid" 2> /dev/null
tries=0
while [ -n "$pid" ] && kill -0 "$pid" 2> /dev/null && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
rm -rf "$1" || { sleep 1; rm -rf "$1"; }
`;

/** The server says who it is before it is itself, so that the watchdog knows it from its first moment. */
const NAMED = 'echo $$ > "$0/pid"; exec "$@"';

/** Who runs a server: PostgreSQL does not run as root. */
export interface RunsAs {
  readonly uid: number;
  readonly gid: number;
}

export interface ThrowAwayOptions {
  readonly name: string;
  readonly runsAs?: RunsAs | undefined;
  /** What ends the server at once and in order, as `kill` calls it. */
  readonly endSignal: string;
}

/** A folder and at most one server in it. Both are gone when the test's process is, even by SIGKILL. */
export class ThrowAway {
  readonly folder: string;
  readonly #runsAs: RunsAs | undefined;
  readonly #watchdog: ChildProcess;
  #server: ChildProcess | undefined;

  constructor({ name, runsAs, endSignal }: ThrowAwayOptions) {
    this.folder = mkdtempSync(join(tmpdir(), `${name}-`));
    this.#runsAs = runsAs;
    if (runsAs !== undefined) chownSync(this.folder, runsAs.uid, runsAs.gid);
    this.#watchdog = spawn('sh', ['-c', WATCHDOG, 'sh', this.folder, endSignal], {
      stdio: ['pipe', 'ignore', 'ignore'],
      // What a terminal sends to the tests is not for it.
      detached: true,
    });
    this.#watchdog.unref();
    (this.#watchdog.stdin as Socket).unref();
  }

  get isRunning(): boolean {
    return this.#server !== undefined && this.#server.exitCode === null && this.#server.signalCode === null;
  }

  get pid(): number {
    return this.#server?.pid ?? 0;
  }

  /** Run a program to its end. Throws with what it said when it fails. */
  async run(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<void> {
    const child = spawn(program, args, {
      ...this.#runsAs,
      cwd: this.folder,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${program} failed: ${said.trim()}`);
  }

  /** Start the server. True once `isReady`, false when it ended before. */
  async start(program: string, args: readonly string[], isReady: () => boolean): Promise<boolean> {
    const log = openSync(join(this.folder, 'log'), 'a');
    this.#server = spawn('sh', ['-c', NAMED, this.folder, program, ...args], {
      ...this.#runsAs,
      cwd: this.folder,
      stdio: ['ignore', log, log],
      detached: true,
    });
    this.#server.unref();
    closeSync(log);
    for (const until = Date.now() + READY_WITHIN; Date.now() < until; await delay(LOOK_EVERY)) {
      if (!this.isRunning) return false;
      if (isReady()) return true;
    }
    throw new Error(`${program} is not ready after ${READY_WITHIN / 1000} s: ${this.log()}`);
  }

  /** What the server has said of itself. */
  log(): string {
    const file = join(this.folder, 'log');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** End the server, and what it has started, as a power cut would: at once, and nobody finishes anything. */
  async kill(): Promise<void> {
    if (this.#server === undefined || !this.isRunning) return;
    const ended = once(this.#server, 'exit');
    this.#server.ref();
    // It would start others in the place of those that are killed.
    process.kill(this.pid, 'SIGSTOP');
    for (const child of childrenOf(this.pid)) killIfThere(child);
    process.kill(this.pid, 'SIGKILL');
    await ended;
    rmSync(join(this.folder, 'pid'), { force: true });
  }

  /** End the server and remove the folder. */
  async stop(): Promise<void> {
    if (this.#watchdog.exitCode !== null) return;
    this.#watchdog.ref();
    this.#watchdog.stdin?.end();
    await once(this.#watchdog, 'exit');
  }
}

/** Where Linux says so; elsewhere none. */
function childrenOf(pid: number): readonly number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
