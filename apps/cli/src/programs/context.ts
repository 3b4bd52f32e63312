import type { Output } from '../output.ts';
import type { Terminal } from '../terminal.ts';

/** What a program works with. */
export interface Context {
  readonly terminal: Terminal;
  readonly output: Output;
}

/** Resolves when the command is told to end. */
export function toldToEnd({ terminal: { signal } }: Context): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
