import { asBytes, type Bytes } from '@sotto/bytes';
import { StoreError } from './errors.ts';

/** A row as the driver gives it. */
export type Row = Readonly<Record<string, unknown>>;

/** A required text column. These readers throw `damaged` when a column is not what its table says. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw unexpected(column);
  return value;
}

/** A text column that holds one of a few words. */
export function word<Word extends string>(row: Row, column: string, words: readonly Word[]): Word {
  const value = words.find((candidate) => candidate === row[column]);
  if (value === undefined) throw unexpected(column);
  return value;
}

export function integer(row: Row, column: string): number {
  const value = row[column];
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw unexpected(column);
  return value;
}

export function flag(row: Row, column: string): boolean {
  return integer(row, column) !== 0;
}

export function blob(row: Row, column: string): Bytes {
  const value = row[column];
  if (!(value instanceof Uint8Array)) throw unexpected(column);
  return asBytes(value);
}

/**
 * `{ [name]: value }`, or nothing at all when the column is NULL: optional members are absent, never
 * `undefined`.
 */
export function optional<Name extends string, Value>(
  row: Row,
  column: string,
  name: Name,
  read: (row: Row, column: string) => Value,
): { readonly [Key in Name]?: Value } {
  if (row[column] === null || row[column] === undefined) return {};
  return { [name]: read(row, column) } as { readonly [Key in Name]?: Value };
}

function unexpected(column: string): StoreError {
  return new StoreError('damaged', `the store has an unexpected value in column ${column}`);
}
