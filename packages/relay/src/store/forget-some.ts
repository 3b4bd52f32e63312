import { rows, type SqlValue, type Store, type Work } from '@sotto/database';
import { FORGET_BATCH } from '../constants.ts';

/** Which rows have had their time. These are words of the program's own. */
interface Over {
  readonly table: string;
  /** Its primary key. */
  readonly key: string;
  readonly where: string;
}

/** Remove such rows, a batch of them at most; how many that was. */
export function* forgetSome({ table, key, where }: Over, values: readonly SqlValue[] = []): Work<number> {
  const gone = yield* rows(
    `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} WHERE ${where} LIMIT ${FORGET_BATCH})
     RETURNING 1 AS one`,
    values,
  );
  return gone.length;
}

/** A batch at a time until none is left, each a transaction of its own: others write in between. */
export async function forgetAll(store: Pick<Store, 'write'>, forget: () => Work<number>): Promise<void> {
  while ((await store.write(forget)) > 0);
}
