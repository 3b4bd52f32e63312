import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** The parts of V8's .cpuprofile that are read here (DevTools protocol, Profiler.Profile). */
interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

export interface HotFunction {
  readonly where: string;
  /** Share of the time in which JavaScript or what it called ran, percent. */
  readonly self: number;
}

const IDLE = new Set(['(idle)', '(root)', '(program)']);
/** A symbol of a library's Rust: the profiler names so whatever follows a call of it, waiting above all. */
const NATIVE = /::/;

/** Functions by their own time, most first, over one or more profiles. */
export function topFunctions(files: readonly string[], count: number): readonly HotFunction[] {
  const times = new Map<string, number>();
  for (const file of files) addTimes(times, JSON.parse(readFileSync(file, 'utf8')) as CpuProfile);
  const all = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .map(([where, time]) => ({ where, self: (100 * time) / all }))
    .toSorted((left, right) => right.self - left.self)
    .slice(0, count);
}

function addTimes(times: Map<string, number>, { nodes, samples, timeDeltas }: CpuProfile): void {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  for (const [index, id] of samples.entries()) {
    const name = names.get(id) ?? '';
    if (!IDLE.has(name) && !NATIVE.test(name))
      times.set(name, (times.get(name) ?? 0) + (timeDeltas[index] ?? 0));
  }
}

function nameOf({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName === '' ? '(anonymous)' : functionName;
  if (url === '') return name;
  const file = url.startsWith('file:') ? relative(process.cwd(), new URL(url).pathname) : url;
  return `${name}  ${file}:${lineNumber + 1}`;
}
