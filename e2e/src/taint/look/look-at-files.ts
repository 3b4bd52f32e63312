import { existsSync, readFileSync } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { type Cell, dumpDatabase } from '../../dump-database.ts';
import type { Found } from '../find/canary.ts';
import type { CanarySearch } from '../find/canary-search.ts';
import { type Sighting, sightingOf } from './sighting.ts';

const DATABASE = /\.db(-wal|-shm|-journal)?$/;
const MAGIC = Buffer.from('SQLite format 3\0');
const NUMBER = /\d+/g;

/** Canaries that are numbers in a database: the value of each with what it is. */
export type Times = ReadonlyMap<number, { readonly field: string; readonly of: string }>;

/**
 * Search every file below a folder, and its name. What a database has in its cells is told by table and column; what
 * is in its file or its log and in no cell is a residue of what was there before.
 */
export async function lookAtFolder(
  where: string,
  folder: string,
  search: CanarySearch,
  times: Times = new Map(),
): Promise<readonly Sighting[]> {
  const sightings: Sighting[] = [];
  const inCells = new Set<unknown>();
  const files = await filesBelow(folder);
  for (const file of files.filter((path) => path.endsWith('.db') && isPlain(path))) {
    for (const { found, place } of await lookAtCells(file, search)) {
      inCells.add(found.canary);
      sightings.push(sightingOf(where, place, found));
    }
    for (const { column, value } of await cellsOf(file)) {
      const place = `${baseOf(file)} ${column}`;
      for (const time of timesIn(value, times)) sightings.push({ where, place, ...time });
    }
  }
  for (const file of files) {
    const name = relative(folder, file);
    const isDatabase = DATABASE.test(file);
    const bytes = Buffer.concat([Buffer.from(name), Buffer.alloc(8), readFileSync(file)]);
    for (const found of search.find(bytes)) {
      if (isDatabase && inCells.has(found.canary)) continue;
      const place = isDatabase ? `residue in ${baseOf(file)}` : `file ${name.replace(NUMBER, '*')}`;
      sightings.push(sightingOf(where, place, found));
    }
  }
  return sightings;
}

/** A time may be a number of SQLite's, or one inside a protobuf, seven bits a byte. */
function timesIn(value: Cell, times: Times): readonly { field: string; of: string; encoding: string }[] {
  if (typeof value === 'number') {
    const time = times.get(value);
    return time === undefined ? [] : [{ ...time, encoding: 'number' }];
  }
  if (!(value instanceof Uint8Array)) return [];
  const found = [...times].filter(([at]) => Buffer.from(value).includes(varint(at)));
  return found.map(([, time]) => ({ ...time, encoding: 'varint' }));
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  return Buffer.of(...bytes, Number(rest));
}

/** Not encrypted as a whole. */
function isPlain(file: string): boolean {
  return readFileSync(file).subarray(0, MAGIC.length).equals(MAGIC);
}

/** All that a process printed. */
export function lookAtLog(where: string, file: string, search: CanarySearch): readonly Sighting[] {
  if (!existsSync(file)) return [];
  return search.find(readFileSync(file)).map((found) => sightingOf(where, 'log', found));
}

async function lookAtCells(
  file: string,
  search: CanarySearch,
): Promise<readonly { readonly found: Found; readonly place: string }[]> {
  const seen: { found: Found; place: string }[] = [];
  for (const { column, value } of await cellsOf(file)) {
    if (value === null || typeof value === 'number') continue;
    const place = `${baseOf(file)} ${column}`;
    for (const found of search.find(Buffer.from(value as string))) seen.push({ found, place });
  }
  return seen;
}

async function cellsOf(file: string): Promise<readonly { readonly column: string; readonly value: Cell }[]> {
  const cells: { column: string; value: Cell }[] = [];
  for (const [table, rows] of await dumpDatabase(file)) {
    for (const row of rows) {
      for (const [column, value] of Object.entries(row)) cells.push({ column: `${table}.${column}`, value });
    }
  }
  return cells;
}

function baseOf(file: string): string {
  return (file.split('/').at(-1) ?? file).replace(/-(wal|shm|journal)$/, '');
}

async function filesBelow(path: string): Promise<readonly string[]> {
  const about = await lstat(path);
  if (about.isFile()) return [path];
  if (!about.isDirectory()) return [];
  const files: string[] = [];
  for (const name of await readdir(path)) files.push(...(await filesBelow(join(path, name))));
  return files;
}
