import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { BoundedLog } from './bounded-log.ts';
import { DevnetError } from './errors.ts';
import type { ProcessStatus } from './types.ts';

export interface ServerCommand {
  /** `relay`, `chain`, `node:N` or `app:LABEL`. */
  readonly target: string;
  /** Script that is the `sotto` command. */
  readonly bin: string;
  readonly args: readonly string[];
  readonly log: string;
  /** Milliseconds that it has when it is killed: it must end a process of its own. */
  readonly grace?: number;
  /** Called with words when the process ends although nobody told it to. */
  readonly onCrash: (words: string) => void;
}

/** What a server prints when it can be reached. */
export type ServerReady = Readonly<Record<string, unknown>>;

/** A server alone answers after less than a second; ten of them on a busy machine have this long. */
const READY_MS = 25_000;
const MAX_LINE = 64 * 1024;

/**
 * One server as a process of its own. It holds an IPC channel whose closing ends it, so that it never
 * outlives its supervisor.
 */
export class ServerProcess {
  readonly target: string;
  readonly #command: ServerCommand;
  readonly #log: BoundedLog;
  #child: ChildProcess | undefined;
  #gone: Promise<void> = Promise.resolve();
  #state: ProcessStatus['state'] = 'killed';
  #url: string | undefined;

  constructor(command: ServerCommand) {
    this.target = command.target;
    this.#command = command;
    this.#log = new BoundedLog(command.log);
  }

  get status(): ProcessStatus {
    const status = { target: this.target, state: this.#state, pid: this.#child?.pid ?? null };
    const isApp = this.target.startsWith('app:') && this.#state === 'running';
    return isApp && this.#url !== undefined ? { ...status, url: this.#url } : status;
  }

  /** Rejects with DevnetError `not-ready`. */
  async start(): Promise<ServerReady> {
    if (this.#child !== undefined) throw new DevnetError('not-ready', `${this.target} runs already`);
    const child = spawn(process.execPath, [this.#command.bin, ...this.#command.args, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: environmentOfChildren(),
    });
    this.#child = child;
    this.#state = 'starting';
    this.#gone = this.#watch(child);
    const ready = await this.#untilReady(child);
    this.#state = 'running';
    this.#url = String(ready['url']);
    return ready;
  }

  /** As a power cut would: it stays down until it is started. */
  async kill(): Promise<void> {
    this.#state = 'killed';
    const child = this.#child;
    const { grace } = this.#command;
    child?.kill(grace === undefined ? 'SIGKILL' : 'SIGTERM');
    const force = setTimeout(() => child?.kill('SIGKILL'), grace);
    await this.#gone;
    clearTimeout(force);
  }

  /** Ask it to end, and end it when it has not after `grace` milliseconds. */
  async end(grace: number): Promise<void> {
    this.#state = 'killed';
    const child = this.#child;
    child?.kill('SIGTERM');
    const force = setTimeout(() => child?.kill('SIGKILL'), grace);
    await this.#gone;
    clearTimeout(force);
    this.#log.close();
  }

  #watch(child: ChildProcess): Promise<void> {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => this.#log.write(text));
    return new Promise((resolve) => {
      const end = (how: string): void => {
        if (this.#child !== child) return;
        this.#child = undefined;
        if (this.#state !== 'killed') {
          this.#state = 'crashed';
          this.#command.onCrash(`${this.target} ended by itself (${how}); see ${this.#log.path}`);
        }
        resolve();
      };
      child.once('error', (error) => end(error.message));
      child.once('exit', (code, signal) => end(signal ?? `exit ${code}`));
    });
  }

  async #untilReady(child: ChildProcess): Promise<ServerReady> {
    const { stdout } = child;
    if (stdout === null) throw new DevnetError('not-ready', `${this.target} has no output`);
    let late: NodeJS.Timeout | undefined;
    const lines = createInterface({ input: stdout });
    try {
      return await new Promise((resolve, reject) => {
        const fail = (why: string): void => {
          reject(new DevnetError('not-ready', `${this.target} ${why}`, `see ${this.#log.path}`));
        };
        late = setTimeout(() => fail(`did not answer within ${READY_MS / 1000} s`), READY_MS);
        lines.on('line', (line) => {
          const ready = readReady(line);
          if (ready !== undefined) resolve(ready);
        });
        void this.#gone.then(() => fail('ended before it answered'));
      });
    } catch (error) {
      await this.kill();
      this.#state = 'crashed';
      throw error;
    } finally {
      clearTimeout(late);
      lines.close();
      // A pipe that nobody reads would hold the server up.
      stdout.resume();
    }
  }
}

function readReady(line: string): ServerReady | undefined {
  if (line.length > MAX_LINE) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'event' in value && value.event === 'ready'
      ? (value as ServerReady)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Ours without the settings of whoever started the devnet, which are not for its servers. */
function environmentOfChildren(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SOTTO_')));
}
