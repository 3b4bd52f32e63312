import type { Bytes } from '@sotto/bytes';
import { type Row, rows, type Work } from '@sotto/database';

/** Every table with rows that belong to an account. A test of the data report fails when the schema has another. */
const TABLES = [
  'account',
  'device',
  'lasting_key',
  'one_time_key',
  'record',
  'username',
  'username_link',
  'profile',
  'link_token',
] as const;

export interface Holding {
  readonly table: string;
  readonly rows: readonly Row[];
}

/** All that the store has of an account, row for row; a step of its reads. */
export function* readHoldings(aci: Bytes): Work<readonly Holding[]> {
  const holdings: Holding[] = [];
  for (const table of TABLES) {
    holdings.push({ table, rows: yield* rows(`SELECT * FROM ${table} WHERE aci = ?`, [aci]) });
  }
  return holdings;
}
