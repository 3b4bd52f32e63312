import type { Bytes } from '@sotto/bytes';
import type { SqlValue } from '@sotto/database';

/** A column that always holds bytes. */
export function bytesOf(value: SqlValue | undefined): Bytes {
  if (!(value instanceof Uint8Array)) throw new TypeError('a column of bytes holds something else');
  return value;
}

/** A column that may be empty. */
export function bytesOr(value: SqlValue | undefined): Bytes | undefined {
  return value === null || value === undefined ? undefined : bytesOf(value);
}
