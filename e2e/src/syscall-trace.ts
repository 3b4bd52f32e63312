import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** The system calls that decide whether an answer could leave before its data was on disk. */
const TRACED = 'read,write,writev,sendto,sendmsg,pwrite64,fsync,fdatasync';

/** Put in front of a command to write its system calls to `file`, with the paths behind descriptors. */
export function straceWrapper(file: string): readonly string[] {
  return ['strace', '-f', '-yy', '-s', '0', '-e', `trace=${TRACED}`, '-o', file];
}

/** One finished call: what was done to which file or connection, and how many bytes it moved. */
export interface Call {
  readonly kind: 'socket-read' | 'socket-write' | 'wal-write' | 'wal-sync';
  /** Path of a write-ahead log, or the descriptor of a connection. */
  readonly on: string;
  readonly bytes: number;
}

const LINE = /^\d+ +(\w+)\((\d+)<(.+?)>(?:[,)].*| <unfinished.*)$/;
const RESULT = /= (-?\d+)/;

/** Read a trace; calls on anything but connections and write-ahead logs are left out. */
export async function readTrace(file: string): Promise<readonly Call[]> {
  if (!existsSync(file)) return [];
  const calls: Call[] = [];
  for (const line of (await readFile(file, 'utf8')).split('\n')) {
    const [, name, descriptor, target] = LINE.exec(line) ?? [];
    if (name === undefined || descriptor === undefined || target === undefined) continue;
    const bytes = Number(RESULT.exec(line.slice(line.lastIndexOf(')')))?.[1] ?? 0);
    if (/^(TCP|TCPv6):/.test(target)) {
      if (name === 'read') calls.push({ kind: 'socket-read', on: descriptor, bytes });
      else if (name !== 'fsync' && name !== 'fdatasync') {
        calls.push({ kind: 'socket-write', on: descriptor, bytes });
      }
    } else if (target.endsWith('-wal')) {
      if (name === 'fsync' || name === 'fdatasync') calls.push({ kind: 'wal-sync', on: target, bytes: 0 });
      else if (name !== 'read') calls.push({ kind: 'wal-write', on: target, bytes });
    }
  }
  return calls;
}

/** What a trace says about answers and disk. */
export interface Findings {
  /** Answers that left while a write-ahead log had writes that were not synced. */
  readonly answersBeforeSync: number;
  /** Message-sized reads from a connection whose next answer on it had no write and sync before it. */
  readonly messagesNotKept: number;
  /** Message-sized reads that were answered at all. */
  readonly messagesAnswered: number;
  readonly syncs: number;
}

/**
 * Walk through a trace. `messageBytes` is the least size of a read that must carry a message: sealed
 * messages are 2,560 bytes or more, everything else on these connections is smaller.
 */
export function judgeTrace(calls: readonly Call[], messageBytes: number): Findings {
  const unsynced = new Set<string>();
  const waiting = new Map<string, boolean>();
  const findings = { answersBeforeSync: 0, messagesNotKept: 0, messagesAnswered: 0, syncs: 0 };
  for (const call of calls) {
    if (call.kind === 'wal-write') unsynced.add(call.on);
    else if (call.kind === 'wal-sync') {
      unsynced.delete(call.on);
      findings.syncs += 1;
      for (const connection of waiting.keys()) waiting.set(connection, true);
    } else if (call.kind === 'socket-read') {
      if (call.bytes >= messageBytes) waiting.set(call.on, false);
    } else {
      if (unsynced.size > 0) findings.answersBeforeSync += 1;
      const kept = waiting.get(call.on);
      if (kept === undefined) continue;
      waiting.delete(call.on);
      findings.messagesAnswered += 1;
      if (!kept) findings.messagesNotKept += 1;
    }
  }
  return findings;
}
