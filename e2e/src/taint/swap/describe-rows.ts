import type { Cell, Dump } from '../../dump-database.ts';

/** Identifiers that are called by a name in descriptions: hexadecimal text of their bytes to a name. */
export type KnownNames = ReadonlyMap<string, string>;

/** The databases of a world's servers; those that hold the same things by their nature share a name. */
export type Databases = readonly (readonly [name: string, dump: Dump])[];

/** Running numbers, days and numbers drawn at random: their values say nothing that two worlds could share. */
const ANY_NUMBER = /(^|_)(id|position|seq|day|minute|messages|bytes)$/;
const LEAST_TIME = 10_000_000;
/** Shorter texts and bytes are kinds, flags and states, which stay as they are. */
const SHORT = 12;

/**
 * What the servers of a world hold, with everything left out that may differ between two worlds: bytes are
 * told by their length and by the names of whom they belong to, times and running numbers not at all. An
 * unknown value that appears in several columns is told with them, so that a stand-in for an identifier
 * (its hash, say) is seen as well as the identifier.
 *
 * A row is listed once however often it appears: how many messages wait depends on the moment.
 */
export function describeRows(dumps: Databases, known: KnownNames): ReadonlySet<string> {
  const places = placesOfValues(dumps, known);
  const described = new Set<string>();
  for (const [database, dump] of dumps) {
    for (const [table, rows] of dump) {
      for (const row of rows) {
        const cells = Object.entries(row).map(([column, cell]) => {
          const value = describe(column, cell, known);
          const elsewhere = isUnknown(cell, known) ? (places.get(keyOf(cell)) ?? new Set()) : new Set();
          return `${column}=${value}${elsewhere.size > 1 ? ` as in ${[...elsewhere].toSorted().join(', ')}` : ''}`;
        });
        described.add(`${database} ${table}: ${cells.join(' ')}`);
      }
    }
  }
  return described;
}

/** Rows that only one of two worlds has. */
export function differences(one: ReadonlySet<string>, other: ReadonlySet<string>): readonly string[] {
  return [
    ...[...one].filter((row) => !other.has(row)).map((row) => `- ${row}`),
    ...[...other].filter((row) => !one.has(row)).map((row) => `+ ${row}`),
  ];
}

/** For every unknown value: the columns that hold it, each with the names that stand in the same row. */
function placesOfValues(dumps: Databases, known: KnownNames): ReadonlyMap<string, ReadonlySet<string>> {
  const places = new Map<string, Set<string>>();
  for (const [database, dump] of dumps) {
    for (const [table, rows] of dump) {
      for (const row of rows) {
        const names = new Set(Object.values(row).flatMap((cell) => namesIn(cell, known)));
        for (const [column, cell] of Object.entries(row)) {
          if (!isUnknown(cell, known)) continue;
          const place = `${database}.${table}.${column}(${[...names].toSorted().join('+')})`;
          const of = places.get(keyOf(cell)) ?? new Set();
          places.set(keyOf(cell), of.add(place));
        }
      }
    }
  }
  return places;
}

function isUnknown(cell: Cell | undefined, known: KnownNames): cell is string | Uint8Array {
  if (cell === null || cell === undefined || typeof cell === 'number') return false;
  return cell.length >= SHORT && namesIn(cell, known).length === 0;
}

function keyOf(cell: string | Uint8Array): string {
  return typeof cell === 'string' ? cell.toLowerCase() : Buffer.from(cell).toString('hex');
}

/** Whose identifiers are in a value, as bytes or as hexadecimal text. */
function namesIn(cell: Cell | undefined, known: KnownNames): readonly string[] {
  if (cell === null || cell === undefined || typeof cell === 'number') return [];
  const text = keyOf(cell).replaceAll('-', '');
  const names = [...known].filter(([hex]) => text.includes(hex)).map(([, name]) => name);
  return [...new Set(names)];
}

function describe(column: string, cell: Cell, known: KnownNames): string {
  if (cell === null) return 'null';
  if (typeof cell === 'number') {
    if (ANY_NUMBER.test(column)) return 'number';
    return Math.abs(cell) >= LEAST_TIME ? 'time' : String(cell);
  }
  const names = namesIn(cell, known);
  const kind = typeof cell === 'string' ? 'text' : 'bytes';
  if (names.length > 0) return `${kind} of ${names.join('+')}`;
  if (cell.length >= SHORT) return `${kind}[${cell.length}]`;
  return typeof cell === 'string' ? cell : Buffer.from(cell).toString('hex');
}
