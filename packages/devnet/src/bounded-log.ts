import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';

/** Bytes; with the part before it a log holds at most twice as much. */
const MOST = 1024 * 1024;

/** What a process says, in a file that stops growing: when it is full it becomes `.old` and a new one begins. */
export class BoundedLog {
  readonly path: string;
  #file: number | undefined;
  #length = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** A log that cannot be written is given up: it is not worth a network. */
  write(text: string): void {
    try {
      const file = this.#file ?? this.#open();
      this.#length += writeSync(file, text);
      if (this.#length >= MOST) this.#turn();
    } catch {
      this.close();
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(): number {
    const file = openSync(this.path, 'a', 0o600);
    this.#file = file;
    this.#length = fstatSync(file).size;
    return file;
  }

  #turn(): void {
    this.close();
    renameSync(this.path, `${this.path}.old`);
  }
}
