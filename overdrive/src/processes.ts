import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { LoadOrder } from './load/load-main.ts';

/** A program of this workspace in a process of its own, built. */
export function forkProgram(path: string, args: readonly string[] = []): ChildProcess {
  const file = fileURLToPath(new URL(`../dist/${path}`, import.meta.url));
  return fork(file, args, {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The next message of a child; rejects when it ends before. */
export function nextFrom(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => reject(new Error(`a process ended with ${code}`));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

export interface LoadProcess {
  ask<Value>(order: LoadOrder): Promise<Value>;
  end(): void;
}

/** A process that makes load, one order at a time. */
export function startLoad(): LoadProcess {
  const child = forkProgram('load/load-main.js');
  return {
    async ask<Value>(order: LoadOrder): Promise<Value> {
      child.send(order);
      const answer = (await nextFrom(child)) as { readonly value: Value; readonly error?: string };
      if (answer.error !== undefined) throw new Error(answer.error);
      return answer.value;
    },
    end: () => child.kill('SIGKILL'),
  };
}

/** Resident memory of a process in bytes. */
export function rssOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024;
}

/** User and system time of a process in seconds (proc_pid_stat(5), fields 14 and 15). */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Of Linux on all machines that Node runs on. */
const TICKS = 100;
