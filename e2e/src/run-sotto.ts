import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../apps/cli/bin/sotto.js', import.meta.url));

/** The environment of a child: ours without SOTTO_* settings of whoever runs the tests. */
function cleanEnvironment(extra: Record<string, string>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith('SOTTO_')) environment[name] = value;
  }
  return { ...environment, ...extra };
}

/** Start the real command. `wrapper` puts a program such as strace in front of it. */
export function startSotto(
  args: readonly string[],
  options: { readonly env?: Record<string, string>; readonly wrapper?: readonly string[] } = {},
): ChildProcess {
  const [command = process.execPath, ...rest] = [...(options.wrapper ?? []), process.execPath, BIN, ...args];
  return spawn(command, rest, {
    env: cleanEnvironment(options.env ?? {}),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** What a finished command left. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Collect a child's output until it ends. */
export function finish(child: ChildProcess): Promise<Finished> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** No command that a test waits for takes as long, on the slowest machine. */
const MOST_MS = 300_000;

/** Run a command to its end, feeding it `stdin`. One that does not end is killed, and what it had said is in the error. */
export async function runSotto(
  args: readonly string[],
  options: { readonly stdin?: string; readonly env?: Record<string, string> } = {},
): Promise<Finished> {
  const child = startSotto(args, options.env ? { env: options.env } : {});
  child.stdin?.end(options.stdin ?? '');
  let endless = false;
  const timer = setTimeout(() => {
    endless = true;
    child.kill('SIGKILL');
  }, MOST_MS);
  const done = await finish(child).finally(() => clearTimeout(timer));
  if (endless) throw new Error(`sotto ${args.join(' ')} did not end: ${done.stderr}`);
  return done;
}

/** Run a command that must succeed and parse its one line of JSON. */
export async function sottoJson(
  args: readonly string[],
  options: { readonly stdin?: string; readonly env?: Record<string, string> } = {},
): Promise<Record<string, unknown>> {
  const flagsEnd = args.includes('--') ? args.indexOf('--') : args.length;
  const done = await runSotto(args.toSpliced(flagsEnd, 0, '--json'), options);
  if (done.code !== 0) throw new Error(`sotto ${args[0]} ended with ${done.code}: ${done.stderr}`);
  return JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
}
