import { createHash } from 'node:crypto';
import { fromHex } from '@sotto/bytes';
import { type Database, listTables, type StoredValue, showRow } from '@sotto/database';
import { DATABASE_FILE, readDatabase } from './open-ledger.ts';

/** A value as it is stored; of a long byte string its length and SHA-256. */
export type MailboxLedgerValue = StoredValue | { readonly bytes: number; readonly sha256: string };

export interface MailboxTable {
  readonly file: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, MailboxLedgerValue>>[];
}

export interface MailboxLedger {
  /** Hex. */
  readonly mailbox: string;
  /** Every table whose rows belong to a mailbox, with those of this one. */
  readonly tables: readonly MailboxTable[];
  /** Tables that name no mailbox: their rows cannot be joined to this one or any other. */
  readonly nameless: readonly string[];
}

/** The column by which a row belongs to a mailbox, itself or through the row that it refers to. */
const OWNER_COLUMN = 'pubkey';

/** Longer ones are what was sealed for somebody: of no use here, and many megabytes of them. */
const LONGEST_SHOWN = 1024;

/**
 * All that a node holds about a mailbox, found by the schema's own references, so that no table can be forgotten. `mailbox`:
 * 66 hexadecimal digits. Throws as `readDatabase` does.
 */
export function readMailboxLedger(request: {
  readonly data: string;
  readonly mailbox: string;
}): MailboxLedger {
  const mailbox = request.mailbox.toLowerCase();
  const key = fromHex(mailbox);
  const empty: MailboxLedger = { mailbox, tables: [], nameless: [] };
  return readDatabase(
    request.data,
    (database) => {
      const tables: MailboxTable[] = [];
      const nameless: string[] = [];
      for (const { table, columns } of listTables(database)) {
        const condition = ownedBy(database, table);
        if (condition === undefined) nameless.push(`${DATABASE_FILE}: ${table}`);
        else {
          const rows = database.prepare(`SELECT * FROM "${table}" WHERE ${condition}`).all([key]);
          tables.push({ file: DATABASE_FILE, table, columns, rows: rows.map(shorten) });
        }
      }
      return { mailbox, tables, nameless };
    },
    empty,
  );
}

/** Every column that the ledger page has to explain. */
export function listNodeColumns(data: string): readonly string[] {
  return readDatabase<readonly string[]>(
    data,
    (database) =>
      listTables(database).flatMap(({ table, columns }) => columns.map((column) => `${table}.${column}`)),
    [],
  );
}

/** With one place for the mailbox's key; undefined for a table whose rows belong to none. */
function ownedBy(database: Database, table: string): string | undefined {
  const columns = database.prepare(`SELECT name, pk FROM pragma_table_info('${table}')`).all();
  if (columns.some(({ name }) => name === OWNER_COLUMN)) return `"${OWNER_COLUMN}" = ?`;
  const references = database
    .prepare(
      `SELECT "table" AS parent, "from" AS child, "to" AS key FROM pragma_foreign_key_list('${table}')`,
    )
    .all();
  for (const { parent, child, key } of references) {
    if (parent === table) continue;
    const condition = ownedBy(database, String(parent));
    if (condition === undefined) continue;
    const named = key === null ? primaryKeyOf(database, String(parent)) : String(key);
    return `"${child}" IN (SELECT "${named}" FROM "${parent}" WHERE ${condition})`;
  }
  return undefined;
}

function primaryKeyOf(database: Database, table: string): string {
  const row = database.prepare(`SELECT name FROM pragma_table_info('${table}') WHERE pk = 1`).get();
  return String(row?.['name']);
}

function shorten(row: Readonly<Record<string, unknown>>): Record<string, MailboxLedgerValue> {
  const shown: Record<string, MailboxLedgerValue> = showRow(row);
  for (const [name, value] of Object.entries(row)) {
    if (!(value instanceof Uint8Array) || value.length <= LONGEST_SHOWN) continue;
    shown[name] = { bytes: value.length, sha256: createHash('sha256').update(value).digest('hex') };
  }
  return shown;
}
