import type { Readable, Writable } from 'node:stream';
import { CliError } from './cli-error.ts';
import type { Environment } from './parse/flag-reader.ts';

/** What a command has of the world it was started in. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly environment: Environment;
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** Write and wait until it is handed over. Throws CliError `output-closed` when nobody reads any more. */
export function write(stream: Writable, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error === null || error === undefined) resolve();
      else reject(new CliError('output-closed', 'nobody reads the output any more'));
    });
  });
}

/** All of standard input as UTF-8, or its first line when a person types it. Throws CliError `bad-input`. */
export async function readInput(terminal: Terminal, limit: number): Promise<string> {
  const { stdin } = terminal;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of stdin) {
    const bytes = Buffer.from(part);
    length += bytes.length;
    if (length > limit) throw new CliError('bad-input', `standard input holds more than ${limit} bytes`);
    parts.push(bytes);
    if (stdin.isTTY === true && bytes.includes('\n')) break;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(parts));
  } catch {
    throw new CliError('bad-input', 'standard input is not UTF-8 text');
  }
}

/** Whether there is a person to ask: both ends of the question must be a terminal. */
export function canAsk({ stdin, stderr }: Terminal): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}
