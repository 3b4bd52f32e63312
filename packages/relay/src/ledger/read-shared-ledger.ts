import { openPostgres, type Postgres, showRow } from '@sotto/database';
import { RelayError } from '../errors.ts';
import { type Ledger, type LedgerTable, OWNER_COLUMNS, parseLedgerAci } from './read-ledger.ts';

/** What tables on a server are said to be in. */
const DATABASE = 'database';

/** Every column of every table that a name leads to without a schema, which others may have theirs beside. */
const COLUMNS = `
  SELECT table_name, column_name, data_type FROM information_schema.columns
  WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position`;

/**
 * `readLedger` where accounts and mail are on a server that speaks PostgreSQL's protocol. Reads only. Rejects with
 * RelayError `bad-aci` or `no-relay`, or DatabaseError.
 */
export async function readSharedLedger(request: {
  readonly database: string;
  readonly aci: string;
}): Promise<Ledger> {
  const aci = parseLedgerAci(request.aci);
  const postgres = await openPostgres({ url: request.database, connections: 1 });
  try {
    const tables: LedgerTable[] = [];
    const nameless: string[] = [];
    for (const [table, columns] of await columnsByTable(postgres)) {
      const owner = columns.find(({ name, type }) => OWNER_COLUMNS.includes(name) && type === 'bytea')?.name;
      if (owner === undefined) {
        nameless.push(`${DATABASE}: ${table}`);
        continue;
      }
      const rows = await postgres.query(`SELECT * FROM ${quoted(table)} WHERE ${quoted(owner)} = ?`, [aci]);
      const names = columns.map(({ name }) => name);
      tables.push({ file: DATABASE, table, columns: names, rows: rows.map(showRow) });
    }
    return { aci: request.aci.toLowerCase(), tables, nameless };
  } finally {
    await postgres.close();
  }
}

interface Column {
  readonly name: string;
  readonly type: string;
}

async function columnsByTable(postgres: Postgres): Promise<ReadonlyMap<string, readonly Column[]>> {
  const tables = new Map<string, Column[]>();
  for (const row of await postgres.query(COLUMNS)) {
    const table = String(row['table_name']);
    const columns = tables.get(table) ?? [];
    columns.push({ name: String(row['column_name']), type: String(row['data_type']) });
    tables.set(table, columns);
  }
  if (!tables.has('account') || !tables.has('mail')) {
    throw new RelayError('no-relay', 'no relay keeps its accounts in this database');
  }
  return tables;
}

/** Somebody else's table may be called anything. */
function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
