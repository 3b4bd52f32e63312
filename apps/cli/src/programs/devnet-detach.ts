import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { DevnetReady } from '@sotto/devnet';
import { CliError, DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';
import { BIN, DETACHED, describeReady } from './devnet-supervisor.ts';

/** The first lines of an error are enough to tell it. */
const MAX_ERROR = 16 * 1024;

/**
 * Start a devnet that goes on by itself, and end when all of it answers. Until then it lives and dies with
 * this command: it cannot hand over its line, and so ends.
 */
export async function detachDevnet(
  invocation: InvocationOf<'devnet'>,
  { terminal, output }: Context,
): Promise<number> {
  const child = spawn(process.execPath, [BIN, ...argumentsOf(invocation)], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SOTTO_DETACH: '', [DETACHED]: '1' },
  });
  const { stdout, stderr } = child;
  let words = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-MAX_ERROR);
  });
  const stop = (): void => void child.kill('SIGTERM');
  terminal.signal.addEventListener('abort', stop, { once: true });
  const lines = createInterface({ input: stdout });
  try {
    const ready = await new Promise<DevnetReady>((resolve, reject) => {
      lines.once('line', (line) => resolve(JSON.parse(line) as DevnetReady));
      child.once('error', reject);
      child.once('close', () => reject(readError(words)));
    });
    await output.result(ready, describeReady(ready));
    return DONE;
  } finally {
    terminal.signal.removeEventListener('abort', stop);
    lines.close();
    stdout.destroy();
    stderr.destroy();
    child.unref();
  }
}

function argumentsOf({
  dir,
  nodes,
  swarms,
  relay,
  apps,
  chain,
  quickVotes,
}: InvocationOf<'devnet'>): readonly string[] {
  return [
    ...['devnet', '--json', '--dir', dir],
    ...(nodes === undefined ? [] : ['--nodes', String(nodes)]),
    ...(swarms === undefined ? [] : ['--swarms', String(swarms)]),
    ...(relay ? [] : ['--no-relay']),
    ...(chain === true ? ['--chain'] : []),
    ...(quickVotes ? ['--quick-votes'] : []),
    ...(apps.length === 0 ? [] : ['--apps', apps.join(',')]),
  ];
}

/** What the supervisor said before it ended, told again as our own. */
function readError(words: string): CliError {
  const last = words.trim().split('\n').at(-1) ?? '';
  try {
    const { error } = JSON.parse(last) as { error: { code: string; message: string; hint: string | null } };
    return new CliError(error.code as CliError['code'], error.message, error.hint ?? undefined);
  } catch {
    return new CliError('failed', 'the devnet ended before it was ready', last.slice(0, 300) || undefined);
  }
}
