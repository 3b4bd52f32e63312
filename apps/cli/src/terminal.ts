import { addAbortSignal, type Readable, type Writable } from 'node:stream';
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

/**
 * All of standard input as UTF-8, or its first line when a person types it. Throws CliError `bad-input`,
 * and `interrupted` when the command is told to end before the input has.
 */
export async function readInput(terminal: Terminal, limit: number): Promise<string> {
  const bytes = await readBytes(terminal, limit);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CliError('bad-input', 'standard input is not UTF-8 text');
  }
}

async function readBytes({ stdin, signal }: Terminal, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of addAbortSignal(signal, stdin)) {
      const bytes = Buffer.from(part);
      length += bytes.length;
      if (length > limit) throw new CliError('bad-input', `standard input holds more than ${limit} bytes`);
      parts.push(bytes);
      if (stdin.isTTY === true && bytes.includes('\n')) break;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  if (signal.aborted) throw new CliError('interrupted', 'told to end; nothing was done');
  return Buffer.concat(parts);
}

/** Whether there is a person to ask: both ends of the question must be a terminal. */
export function canAsk({ stdin, stderr }: Terminal): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}
