import { appendFileSync, closeSync, openSync } from 'node:fs';

/** One opened layer, for tests of who sees whom on a network of nothing but loopback. */
export interface TraceLine {
  /** Milliseconds. */
  readonly at: number;
  /** Address that the layer came from. */
  readonly from: string;
  /** Address that it goes to; null when it ends here or its next node is not known. */
  readonly to: string | null;
  readonly role: 'relay' | 'destination' | 'server';
}

export interface Trace {
  /** Written before the layer is acted upon, so that whoever has the answer finds the line. */
  write(line: TraceLine): void;
  close(): void;
}

export function openTrace(path: string): Trace {
  const file = openSync(path, 'a', 0o600);
  return {
    write: (line) => appendFileSync(file, `${JSON.stringify(line)}\n`),
    close: () => closeSync(file),
  };
}
