import { closeSync, openSync, writeSync } from 'node:fs';
import type { Entry } from './entry.ts';

/** An entry before its time is known. */
export type Happened = Entry extends infer One ? (One extends Entry ? Omit<One, 'at'> : never) : never;

/** The history of a run: in memory for the checker, and on disk for whoever wants to know afterwards. */
export class HistoryLog {
  readonly path: string;
  readonly entries: Entry[] = [];
  readonly #file: number;
  readonly #started = performance.now();

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'a', 0o600);
  }

  /** Written at once, so that a harness which is cut off leaves all that it saw. */
  add(happened: Happened): void {
    const entry = { at: Math.round(performance.now() - this.#started), ...happened } as Entry;
    this.entries.push(entry);
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    closeSync(this.#file);
  }
}
