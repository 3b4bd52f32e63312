import type { Bytes } from '@sotto/bytes';

/**
 * What a statement may carry. Booleans are 0 and 1, times are numbers, numbers are whole and exact, text has no NUL:
 * both engines keep them alike, and both refuse what only one of them could keep.
 */
export type SqlValue = Bytes | string | number | null;

/** A row by column. Whole numbers up to 2^53 are numbers, byte strings are `Bytes`. */
export type Row = Readonly<Record<string, SqlValue>>;

/** One statement. Each `?` stands for the next value; the text is the same for both engines. */
export interface Statement {
  readonly sql: string;
  readonly values: readonly SqlValue[];
  /** Rows are wanted, so what it gives may not stay in memory (see `prepareReading`). */
  readonly gives: boolean;
}

/** Told to whoever opened the store, once the transaction is committed: what it has changed. */
export interface Change {
  readonly changed: string;
}

/**
 * The steps of one transaction, and what comes of them. A generator, so that the same steps run at once on
 * SQLite, whose driver is synchronous, and with a wait at each step on PostgreSQL. It must not keep state
 * outside of itself: an engine may have to run it again. It may catch what a statement throws, a DatabaseError, but not
 * go on: the transaction is undone all the same.
 */
export type Work<Result> = Generator<Statement | Change, Result, readonly Row[]>;

/** All rows of a query, or of a change with RETURNING. */
export function* rows(sql: string, values: readonly SqlValue[] = []): Work<readonly Row[]> {
  return yield { sql, values, gives: true };
}

/** The first row, if there is one. */
export function* row(sql: string, values: readonly SqlValue[] = []): Work<Row | undefined> {
  return (yield { sql, values, gives: true })[0];
}

/** A change that gives nothing back. */
export function* run(sql: string, values: readonly SqlValue[] = []): Work<void> {
  yield { sql, values, gives: false };
}

/** Say what this transaction changes; heard after its commit. */
export function* changed(name: string): Work<void> {
  yield { changed: name };
}
