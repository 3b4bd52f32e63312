import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

const CHUNK = 1 << 24;
const REGION = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/;

/** Whether this process may read the memory of its children: ptrace(2) allows it to root. */
export function mayReadMemory(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0;
}

/**
 * All writable memory of a process, as the kernel shows it while the process runs: live objects, buffers, stacks,
 * and what was freed and not written over. What is only a copy of a file on disk (code, libraries) is left
 * out. Pieces overlap by `overlap` bytes. Needs root.
 */
export function* readMemory(pid: number, overlap: number): Generator<Buffer> {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    for (const [start, end] of regionsOf(pid)) {
      for (let at = start; at < end; at += CHUNK) {
        const piece = Buffer.allocUnsafe(Math.min(CHUNK + overlap, end - at));
        const length = readSafely(memory, piece, at);
        if (length > 0) yield piece.subarray(0, length);
      }
    }
  } finally {
    closeSync(memory);
  }
}

function regionsOf(pid: number): readonly (readonly [start: number, end: number])[] {
  const regions: [number, number][] = [];
  for (const line of readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n')) {
    const [, start = '', end = '', mode = '', name = ''] = REGION.exec(line) ?? [];
    // The kernel's own pages cannot be read, and shared file mappings are the files, which are searched anyway.
    if (mode.startsWith('rw') && !name.startsWith('[v'))
      regions.push([parseInt(start, 16), parseInt(end, 16)]);
  }
  return regions;
}

/** A region may go while it is read: 0 bytes then. */
function readSafely(memory: number, piece: Buffer, at: number): number {
  try {
    return readSync(memory, piece, 0, piece.length, at);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EIO' || code === 'EFAULT') return 0;
    throw error;
  }
}
