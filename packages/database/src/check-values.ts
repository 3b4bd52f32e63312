import { DatabaseError } from './errors.ts';
import type { SqlValue } from './work.ts';

/**
 * What one engine would refuse, and the other store as something else, is refused by both: text with NUL, which
 * PostgreSQL does not take, and numbers that are not whole or not exact. Throws DatabaseError `refused`.
 */
export function checkValues(values: readonly SqlValue[]): void {
  for (const value of values) {
    if (typeof value === 'string' ? value.includes('\0') : !isStorable(value)) {
      throw new DatabaseError('refused', `a value cannot be stored: ${nameOf(value)}`);
    }
  }
}

function isStorable(value: unknown): boolean {
  return value === null || value instanceof Uint8Array || Number.isSafeInteger(value);
}

/** What is wrong with it, without what is in it. */
function nameOf(value: unknown): string {
  if (typeof value === 'string') return 'text with NUL';
  return typeof value === 'number' ? 'a number that is not whole and at most 2^53 - 1' : typeof value;
}
