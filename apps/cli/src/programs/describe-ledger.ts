import type { Ledger } from '@sotto/app-relay';

/** Tables with a row for every key that waits at the relay: one row shows what each of them holds. */
const MANY_ROWS = new Set(['one_time_key']);

/** A ledger for people: everything, but of hundreds of rows of one kind only the first and their count. */
export function describeLedger(ledger: Ledger): string {
  const tables = ledger.tables.map((table) =>
    MANY_ROWS.has(table.table) && table.rows.length > 1
      ? { ...table, rows: table.rows.slice(0, 1), row_count: table.rows.length }
      : table,
  );
  const shortened = tables.filter((table) => 'row_count' in table).map(({ table }) => table);
  if (ledger.tables.every(({ rows }) => rows.length === 0)) {
    return 'This relay holds nothing about this account.';
  }
  const text = JSON.stringify({ ...ledger, tables }, null, 2);
  if (shortened.length === 0) return text;
  return `${text}\nOf ${shortened.join(', ')} only the first row is shown; --json prints all.`;
}
