import { statfs } from 'node:fs/promises';

/**
 * Below this much, or a twentieth of a small disk, it counts as full: what is begun can still be written, and so can
 * a database's log.
 */
const LEAST_FREE = 64 * 1024 * 1024;
const LEAST_PART = 1 / 20;
/** Not full any more: a little above, so that it does not change its mind with every message. */
const FREE_AGAIN = 1.5;
/** How often it is looked at. Milliseconds; at a gigabyte a second less than half of `LEAST_FREE` is too late. */
const LOOK_INTERVAL = 2_000;

/** How much room there is where a server keeps its data. */
export interface DiskWatch {
  /** There is no room for anything new: it is refused before it is acknowledged. */
  readonly full: boolean;
  /** Bytes that this user can still write, as last seen; undefined when the system does not tell. */
  readonly free: number | undefined;
  stop(): void;
}

/** Of a file system, in bytes: what this user can still write, and all of it. */
export interface Room {
  readonly free: number;
  readonly size: number;
}

export interface DiskWatchOptions {
  readonly folder: string;
  readonly events: { count(event: 'disk-full' | 'disk-free'): void };
  readonly look?: (folder: string) => Promise<Room>;
}

/** Watch the disk of a folder; resolves once it was looked at. A system that does not tell counts as never full. */
export async function watchDisk({ folder, events, look = roomIn }: DiskWatchOptions): Promise<DiskWatch> {
  const watch = { full: false, free: undefined as number | undefined, stop: () => clearInterval(timer) };
  const check = async (): Promise<void> => {
    const room = await look(folder).catch(() => undefined);
    watch.free = room?.free;
    const full = room !== undefined && room.free < leastOf(room) * (watch.full ? FREE_AGAIN : 1);
    if (full !== watch.full) events.count(full ? 'disk-full' : 'disk-free');
    watch.full = full;
  };
  const timer = setInterval(() => void check(), LOOK_INTERVAL);
  timer.unref();
  await check();
  return watch;
}

function leastOf({ size }: Room): number {
  return Math.min(LEAST_FREE, size * LEAST_PART);
}

async function roomIn(folder: string): Promise<Room> {
  const { bavail, bsize, blocks } = await statfs(folder);
  return { free: bavail * bsize, size: blocks * bsize };
}
