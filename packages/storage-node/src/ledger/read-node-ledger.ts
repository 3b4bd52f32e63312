import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, listTables, type TableShape } from '@sotto/database';
import { readDatabase } from './open-ledger.ts';

export interface LedgerColumn {
  readonly column: string;
  /** Of all its values; a number counts as eight. */
  readonly bytes: number;
}

export interface CountedTable {
  readonly table: string;
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly LedgerColumn[];
}

/** A file of the data folder, or a folder in it with all that is below. */
export interface CountedFile {
  readonly name: string;
  readonly files: number;
  readonly bytes: number;
}

/** All that a node holds, by kind. */
export interface NodeLedger {
  readonly tables: readonly CountedTable[];
  readonly files: readonly CountedFile[];
}

/** Count what a node holds, from the schema and the folder themselves, so that nothing can be forgotten. Throws as `readDatabase` does. */
export function readNodeLedger({ data }: { readonly data: string }): NodeLedger {
  const tables = readDatabase<readonly CountedTable[]>(
    data,
    (database) => listTables(database).map((table) => count(database, table)),
    [],
  );
  return { tables, files: listFiles(data) };
}

function count(database: Database, { table, columns }: TableShape): CountedTable {
  const sums = columns.map((column, index) => `coalesce(sum(${sizeOf(`"${column}"`)}), 0) AS size_${index}`);
  const row = database.prepare(`SELECT count(*) AS n, ${sums.join(', ')} FROM "${table}"`).get();
  const counted = columns.map((column, index) => ({ column, bytes: Number(row?.[`size_${index}`]) }));
  const bytes = counted.map((one) => one.bytes).reduce(add, 0);
  return { table, rows: Number(row?.['n']), bytes, columns: counted };
}

/** The length of a byte string is known without reading it. */
function sizeOf(column: string): string {
  return `CASE typeof(${column}) WHEN 'blob' THEN length(${column}) WHEN 'text' THEN length(CAST(${column} AS BLOB))
    WHEN 'null' THEN 0 ELSE 8 END`;
}

function listFiles(data: string): readonly CountedFile[] {
  const entries = readdirSync(data, { withFileTypes: true });
  return entries
    .map((entry) => {
      const inside = entry.isDirectory() ? filesBelow(join(data, entry.name)) : [join(data, entry.name)];
      return { name: entry.name, files: inside.length, bytes: inside.map(lengthOf).reduce(add, 0) };
    })
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)],
  );
}

/** A running node removes files meanwhile. */
function lengthOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function add(one: number, other: number): number {
  return one + other;
}
