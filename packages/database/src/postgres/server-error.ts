import postgres from 'postgres';
import { DatabaseError, type DatabaseErrorCode } from '../errors.ts';

/** An answer of PostgreSQL that is an error, or no answer. Holds what a log may have: no value, no address. */
export class ServerError extends DatabaseError {
  /** SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html; empty when there was no answer. */
  readonly state: string;
  /** The connection is of no more use. */
  readonly isLost: boolean;

  constructor(code: DatabaseErrorCode, message: string, { state = '', isLost = true } = {}) {
    super(code, message);
    this.state = state;
    this.isLost = isLost;
  }
}

/** Two transactions were in each other's way; this one was undone, and may go better once more. */
const CONFLICTS = ['40001', '40P01'];

/** What classes of SQLSTATE mean to our callers. Everything else is `not-committed`. */
const CODES: readonly (readonly [prefix: string, code: DatabaseErrorCode])[] = [
  // The engine does not know itself whether it has committed.
  ['40003', 'unknown'],
  ['08007', 'unknown'],
  // A value or a row that cannot be: data exception, integrity, a limit.
  ['22', 'refused'],
  ['23', 'refused'],
  ['54', 'refused'],
  // It is not there, is starting or stopping, has no room for one more, or is a copy that only reads.
  ['08', 'unreachable'],
  ['57P', 'unreachable'],
  ['53300', 'unreachable'],
  ['25006', 'unreachable'],
  // It knows neither us nor the database, or does not let us in.
  ['28', 'unreadable'],
  ['3D', 'unreadable'],
  ['42501', 'unreadable'],
];

/**
 * What the driver throws, in our words. The driver's own error stays out of it: it carries the values of the
 * statement, and PostgreSQL's details quote rows.
 */
export function asServerError(error: unknown): ServerError {
  if (error instanceof ServerError) return error;
  if (!(error instanceof postgres.PostgresError)) {
    const name = String((error as { code?: unknown } | null)?.code ?? 'no answer');
    return new ServerError('unreachable', `the database server cannot be reached (${name})`);
  }
  const { code: state, severity, constraint_name: constraint } = error;
  const code = CODES.find(([prefix]) => state.startsWith(prefix))?.[1] ?? 'not-committed';
  const what = constraint === undefined ? state : `${state}, ${constraint}`;
  const isLost = severity === 'FATAL' || severity === 'PANIC' || code === 'unreachable';
  return new ServerError(code, `the database server answers with an error (${what})`, { state, isLost });
}

/** Whether the same work may succeed now: nothing of it is stored, and the reason has passed. */
export function isConflict(error: unknown): boolean {
  return error instanceof ServerError && CONFLICTS.includes(error.state);
}
