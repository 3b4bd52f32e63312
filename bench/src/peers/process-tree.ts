import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const TICKS = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/**
 * Microseconds that all threads of a process and of all below it have run (schedstat, nanoseconds); where the
 * kernel does not count so finely, user and system time in ticks (proc_pid_stat(5), fields 14 and 15).
 */
export function cpuOfTree(pid: number): number {
  return treeOf(pid).reduce((sum, one) => sum + (threadTimeOf(one) || tickTimeOf(one)), 0);
}

function threadTimeOf(pid: number): number {
  const threads = list(`/proc/${pid}/task`);
  return threads.reduce(
    (sum, thread) => sum + Number(readProc(pid, `task/${thread}/schedstat`).split(' ')[0]) / 1_000,
    0,
  );
}

function tickTimeOf(pid: number): number {
  const [user = 0, system = 0] = statOf(pid).slice(11, 13).map(Number);
  return ((user + system) / TICKS) * 1_000_000;
}

/** Bytes of resident memory; what the kernel keeps for sockets is not in it. */
export function memoryOfTree(pid: number): number {
  const of = (one: number): number => {
    const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readProc(one, 'status'))?.[1] ?? 0;
    return Number(kilobytes) * 1_024;
  };
  return treeOf(pid).reduce((sum, one) => sum + of(one), 0);
}

/** Bytes that it has caused to be written to disk (proc_pid_io(5), write_bytes). */
export function writtenByTree(pid: number): number {
  return treeOf(pid).reduce(
    (sum, one) => sum + Number(/^write_bytes: (\d+)/m.exec(readProc(one, 'io'))?.[1] ?? 0),
    0,
  );
}

function treeOf(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  for (const name of list('/proc').filter((each) => /^\d+$/.test(each))) {
    const parent = Number(statOf(Number(name))[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [pid];
  for (const one of tree) tree.push(...(children.get(one) ?? []));
  return tree;
}

/** The fields after the name, which may hold anything: state, parent, … */
function statOf(pid: number): readonly string[] {
  return readProc(pid, 'stat')
    .replace(/^.*\) /, '')
    .split(' ');
}

/** Empty for a process that has just ended, as below. */
function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
