import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { Moment, Stop } from '@sotto/bytes';

/** A process that is starved looks later than it should. */
const HEARD_MS = 10_000;
const LOOK_MS = 20;

export interface CrashPoint {
  readonly stop: Stop;
  readonly moment: Moment;
  /** At the how manieth passing, from 1. */
  readonly pass: number;
}

/** What the module inside a process is told: see preload/control.ts. */
export class ControlFile {
  readonly path: string;
  #clock = 0;
  #crash: CrashPoint | undefined;
  #version = 0;

  constructor(path: string) {
    this.path = path;
    this.#write();
  }

  setClock(milliseconds: number): void {
    this.#clock = milliseconds;
    this.#write();
  }

  setCrash(point: CrashPoint | undefined): void {
    this.#crash = point;
    this.#write();
  }

  /** Resolves when the process knows what was written last, or after a while when none listens. */
  async heard(): Promise<void> {
    const wanted = String(this.#version);
    const deadline = performance.now() + HEARD_MS;
    while (performance.now() < deadline) {
      try {
        if (readFileSync(`${this.path}.heard`, 'utf8') === wanted) return;
      } catch {
        // Not written yet.
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** Replaced as a whole: the process may read it at any moment. */
  #write(): void {
    const control = { version: ++this.#version, clock: this.#clock, crash: this.#crash };
    writeFileSync(`${this.path}.new`, JSON.stringify(control));
    renameSync(`${this.path}.new`, this.path);
  }
}
