import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { startSotto } from './run-sotto.ts';

/** A server or daemon that printed its ready line. */
export interface Running {
  readonly child: ChildProcess;
  readonly ready: Record<string, unknown>;
  /** Signal the command itself, also behind a wrapper, and wait until it is gone. */
  stop(signal: NodeJS.Signals): Promise<number | null>;
}

/** Start a command that prints `{"event":"ready",…}` and goes on. All it prints is added to the file `log`. */
export async function startUntilReady(
  args: readonly string[],
  options: {
    readonly wrapper?: readonly string[];
    readonly env?: Record<string, string>;
    readonly log?: string;
  } = {},
): Promise<Running> {
  const child = startSotto([...args, '--json'], options);
  child.stdin?.end();
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-4000);
  });
  if (options.log !== undefined) {
    const log = createWriteStream(options.log, { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('close', () => log.end());
  }
  const gone = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  const ready = await new Promise<Record<string, unknown>>((resolve, reject) => {
    if (child.stdout === null) throw new Error('the child has no stdout');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as Record<string, unknown>;
      if (event['event'] === 'ready') resolve(event);
    });
    void gone.then((code) => reject(new Error(`sotto ${args.join(' ')} ended with ${code}: ${stderr}`)));
  });
  return {
    child,
    ready,
    stop(signal) {
      process.kill(Number(ready['pid']), signal);
      return gone;
    },
  };
}
