import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createSeededRandom, type SeededRandom } from '@sotto/testkit';
import { checkDatabase } from './check-database.ts';
import { Disk } from './disk/disk.ts';
import { survive } from './disk/survive.ts';
import { withForgotten, writeTree } from './disk/trees.ts';
import type { Recording } from './recording.ts';
import { workloadNamed } from './workloads/index.ts';
import type { Facts, Workload } from './workloads/workload.ts';

/** `lost`: it opens, and what it holds is not what was acknowledged. `corrupt`: it does not open, is damaged, or does not go on. */
export type Outcome = 'kept' | 'lost' | 'corrupt';

export interface Verdict {
  readonly seed: number;
  /** How many events of the recording came before the cut. */
  readonly cut: number;
  readonly acknowledged: number;
  readonly begun: number;
  readonly outcome: Outcome;
  /** What is wrong, some lines. */
  readonly wrong: readonly string[];
}

const FEW = 8;

/**
 * Cut the power of a recorded disk once for each seed, and look at what is left with the product's own code. In
 * order of the cuts, so that the disk is played through once. `scratch` is a folder in memory.
 */
export async function* judgeCuts(
  recording: Recording,
  seeds: readonly number[],
  scratch: string,
): AsyncGenerator<Verdict> {
  const workload = await workloadNamed(recording.workload);
  const acks = recording.events.flatMap(({ kind }, index) => (kind === 'ack' ? [index + 1] : []));
  const cuts = seeds.map((seed) => {
    const random = createSeededRandom(seed);
    // Right after an acknowledgement most is owed.
    const cut = random.chance(0.3) ? random.pick(acks) : random.integer(recording.events.length + 1);
    return { seed, random, cut };
  });
  cuts.sort((left, right) => left.cut - right.cut);
  const disk = new Disk();
  for (const { seed, random, cut } of cuts) {
    for (const event of recording.events.slice(disk.events, cut)) disk.apply(event);
    const folder = mkdtempSync(join(scratch, 'cut-'));
    try {
      const { acknowledged, begun } = disk;
      const found = await judge({ recording, workload, disk, random, folder });
      yield { seed, cut, acknowledged, begun, ...found };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

interface Cut {
  readonly recording: Recording;
  readonly workload: Workload;
  readonly disk: Disk;
  readonly random: SeededRandom;
  readonly folder: string;
}

async function judge({
  recording,
  workload,
  disk,
  random,
  folder,
}: Cut): Promise<Pick<Verdict, 'outcome' | 'wrong'>> {
  writeTree(folder, withForgotten(survive(disk, random), random));
  const doing = { what: 'open' };
  try {
    const revived = await workload.revive(folder);
    const { facts } = revived;
    try {
      doing.what = 'write on';
      await revived.goOn();
    } finally {
      doing.what = 'close';
      await revived.close();
    }
    doing.what = 'check';
    const damage = workload.databases(folder).flatMap(checkDatabase);
    if (damage.length > 0) return { outcome: 'corrupt', wrong: damage.slice(0, FEW) };
    const wrong = compareFacts(facts, disk, recording, workload);
    return { outcome: wrong.length === 0 ? 'kept' : 'lost', wrong };
  } catch (error) {
    return { outcome: 'corrupt', wrong: [`it does not ${doing.what}: ${describe(error)}`] };
  }
}

/** What differs from the state that was acknowledged last, when it is not that of the step that was under way either. */
function compareFacts(
  facts: Facts,
  { acknowledged, begun }: Disk,
  recording: Recording,
  workload: Workload,
): Facts {
  // Before the first acknowledgement nothing is owed to anybody.
  if (acknowledged === 0) return [];
  const factsOf = (step: number): Facts => recording.facts[step - 1] ?? [];
  const owed = factsOf(acknowledged);
  const asked = factsOf(begun);
  const same = (expected: Facts): boolean => expected.join('\n') === facts.join('\n');
  if (same(owed) || same(asked)) return [];
  const missing = owed.filter((fact) => !facts.includes(fact));
  const unasked = facts.filter((fact) => !owed.includes(fact));
  if (workload.inParts === true && missing.length === 0 && unasked.every((fact) => asked.includes(fact)))
    return [];
  return [
    ...missing.slice(0, FEW).map((fact) => `missing: ${shortened(fact)}`),
    ...unasked.slice(0, FEW).map((fact) => `instead: ${shortened(fact)}`),
    ...(missing.length + unasked.length === 0 ? ['the order is another'] : []),
  ];
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function describe(error: unknown): string {
  const causes: string[] = [];
  for (let each: unknown = error; each instanceof Error && causes.length < 4; each = each.cause) {
    causes.push(each.message);
  }
  return causes.length === 0 ? String(error) : causes.join(': ');
}
