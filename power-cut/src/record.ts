import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { replay } from './disk/disk.ts';
import { whole } from './disk/survive.ts';
import { differences, readTree } from './disk/trees.ts';
import type { Recording } from './recording.ts';
import { runTraced } from './strace.ts';
import { EventReader } from './trace/read-events.ts';
import { workloadNamed } from './workloads/index.ts';
import type { Facts } from './workloads/workload.ts';

export interface RecordRequest {
  readonly workload: string;
  readonly seed: number;
  readonly operations: number;
}

/** What a life is told. */
export interface LifeRequest extends RecordRequest {
  readonly life: number;
  readonly folder: string;
  readonly marks: string;
  readonly facts: string;
  readonly firstStep: number;
}

const PROGRAM = fileURLToPath(new URL('../dist/workload-main.js', import.meta.url));

/**
 * Let a workload live under strace and keep what it did to its disk. Throws when the trace holds what is not
 * modelled, and when the modelled disk in the end is not, byte for byte, the real folder.
 */
export async function record(request: RecordRequest): Promise<Recording> {
  const base = mkdtempSync(join(tmpdir(), 'sotto-record-'));
  const [folder, marks, factsFile] = [join(base, 'disk'), join(base, 'marks'), join(base, 'facts')];
  try {
    mkdirSync(folder, { mode: 0o700 });
    const reader = new EventReader({ folder, marks });
    const { lives } = await workloadNamed(request.workload);
    for (let life = 0; life < lives; life++) {
      const trace = join(base, `trace-${life}`);
      const told: LifeRequest = {
        ...{ ...request, life, folder, marks, facts: factsFile },
        firstStep: readFacts(factsFile).length,
      };
      const { code, signal, errors } = await runTraced([PROGRAM, JSON.stringify(told)], trace);
      const asMeant = life < lives - 1 ? signal === 'SIGKILL' : code === 0;
      if (!asMeant)
        throw new Error(`the workload ${request.workload} ended with ${signal ?? code}: ${errors.trim()}`);
      reader.read(readFileSync(trace, 'latin1'));
      rmSync(trace);
    }
    const { events } = reader;
    const wrong = differences(whole(replay(events)), readTree(folder));
    if (wrong.length > 0) throw new Error(`the modelled disk is not the real one: ${wrong.join(', ')}`);
    return { ...request, events, facts: readFacts(factsFile) };
  } finally {
    rmSync(base, { recursive: true, force: true });
  }
}

/** Of each step from the first. */
function readFacts(file: string): readonly Facts[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Facts);
}
