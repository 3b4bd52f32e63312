import { spawn } from 'node:child_process';
import { BIN } from '../devnet-supervisor.ts';

/** Longest that one command of the drill may take, milliseconds. */
const MOST_MS = 240_000;

/** A command of a person that did not do what it was for. */
export class DrillFailure extends Error {
  override readonly name = 'DrillFailure';
}

/** Run a `sotto` command as a process of its own, as people do, and read its lines. Throws DrillFailure. */
export async function runCommand(
  args: readonly string[],
  signal: AbortSignal,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const { code, out, err } = await collect([...args, '--json'], signal);
  if (code !== 0)
    throw new DrillFailure(`sotto ${args.slice(0, 2).join(' ')} ended with ${code}: ${err.trim()}`);
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function collect(args: readonly string[], signal: AbortSignal) {
  const child = spawn(process.execPath, [BIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
    timeout: MOST_MS,
    env: withoutSettings(),
  });
  return new Promise<{ code: number | null; out: string; err: string }>((resolve, reject) => {
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      err += text;
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
  });
}

/** What whoever runs the drill has set for commands of their own is no part of it. */
function withoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SOTTO_')));
}
