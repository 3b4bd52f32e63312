import { appendFileSync, openSync } from 'node:fs';

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

export type Trace = (line: TraceLine) => void;

/** Write before the layer is acted upon, so that whoever has the answer finds the lines. */
export function openTrace(path: string): Trace {
  const file = openSync(path, 'a', 0o600);
  return (line) => appendFileSync(file, `${JSON.stringify(line)}\n`);
}
