import { readFileSync } from 'node:fs';

/** What a process has open besides its connections. */
const OTHERS = 150;

/** How many connections one process may have here: of each it has a file open. Node raises its limit as far as it may. */
export function mostConnections(wanted: number): number {
  const limit = /^Max open files\s+\d+\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
  return Math.min(wanted, limit === undefined ? wanted : Number(limit) - OTHERS);
}
