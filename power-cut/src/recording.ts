import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { DiskEvent } from './disk/events.ts';
import type { Facts } from './workloads/workload.ts';

/** What a workload did to its disk, and what could be read of it after each step. */
export interface Recording {
  readonly workload: string;
  /** Of the plan. Keys and salts are drawn anew each time, so the same plan makes other bytes. */
  readonly seed: number;
  readonly operations: number;
  readonly events: readonly DiskEvent[];
  /** Facts of step 1 at index 0. */
  readonly facts: readonly Facts[];
}

/** Seeds mean the same only with the same recording, so it is kept. */
export function saveRecording(file: string, recording: Recording): void {
  writeFileSync(file, serialize(recording), { mode: 0o600 });
}

export function loadRecording(file: string): Recording {
  const recording = deserialize(readFileSync(file)) as Recording;
  // Bytes come back as plain arrays.
  const events = recording.events.map((event) =>
    event.kind === 'write' ? { ...event, bytes: Buffer.from(event.bytes) } : event,
  );
  return { ...recording, events };
}
