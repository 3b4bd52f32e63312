import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, listTables, openDatabase, type StoredValue, showRow } from '@sotto/database';
import { type Aci, parseAci } from '@sotto/identity';
import { MAILBOX_MIGRATIONS } from '@sotto/mailbox';
import { RelayError } from '../errors.ts';
import { RELAY_MIGRATIONS } from '../store/schema.ts';

export type LedgerValue = StoredValue;

export interface LedgerTable {
  /** Or `database`, where it is on a server. */
  readonly file: string;
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, LedgerValue>>[];
}

export interface Ledger {
  readonly aci: string;
  /** Every table that has rows about the account. */
  readonly tables: readonly LedgerTable[];
  /** Tables that name no account: their rows cannot be joined to this one or any other. */
  readonly nameless: readonly string[];
}

/** Every column of both files, as the database itself lists them. */
export interface LedgerColumn {
  readonly file: string;
  readonly table: string;
  readonly column: string;
}

const FILES = [
  { file: 'relay.db', migrations: RELAY_MIGRATIONS },
  { file: 'mailbox.db', migrations: MAILBOX_MIGRATIONS },
] as const;

/** The columns by which a row belongs to an account. */
export const OWNER_COLUMNS: readonly string[] = ['aci', 'account'];

/**
 * All that a relay holds about an account, read from the schema itself, so that no table can be
 * forgotten. Throws RelayError `bad-aci` or `no-relay`, or DatabaseError; `newer-version` or `older-version` where the relay
 * is of another version than this program.
 */
export function readLedger(request: { readonly data: string; readonly aci: string }): Ledger {
  const aci = parseLedgerAci(request.aci);
  const tables: LedgerTable[] = [];
  const nameless: string[] = [];
  eachTable(request.data, (database, file, table, columns) => {
    const owner = columns.find((column) => OWNER_COLUMNS.includes(column));
    if (owner === undefined) {
      nameless.push(`${file}: ${table}`);
      return;
    }
    const rows = database.prepare(`SELECT * FROM "${table}" WHERE "${owner}" = ?`).all([aci]);
    tables.push({ file, table, columns, rows: rows.map(showRow) });
  });
  return { aci: request.aci.toLowerCase(), tables, nameless };
}

/** What the ledger page must explain. */
export function listLedgerColumns(data: string): readonly LedgerColumn[] {
  const found: LedgerColumn[] = [];
  eachTable(data, (_database, file, table, columns) => {
    for (const column of columns) found.push({ file, table, column });
  });
  return found;
}

function eachTable(
  data: string,
  visit: (database: Database, file: string, table: string, columns: readonly string[]) => void,
): void {
  for (const { file, migrations } of FILES) {
    const path = join(data, file);
    if (!existsSync(path)) throw new RelayError('no-relay', 'this folder holds no relay');
    const database = openDatabase({ path, migrations, migrates: false });
    try {
      for (const { table, columns } of listTables(database)) visit(database, file, table, columns);
    } finally {
      database.close();
    }
  }
}

/** Throws RelayError `bad-aci`. */
export function parseLedgerAci(text: string): Aci {
  try {
    return parseAci(text);
  } catch (error) {
    throw new RelayError('bad-aci', 'an ACI is a UUID like 01234567-89ab-8def-8123-456789abcdef', {
      cause: error,
    });
  }
}
