import type { MailboxLedger, NodeLedger } from '@sotto/app-storage-node';

/** All that a node holds, for people: a line for each table, its columns and each file. */
export function describeNodeLedger({ tables, files }: NodeLedger): string {
  const lines = tables.flatMap(({ table, rows, bytes, columns }) => [
    `${table}: ${rows} ${rows === 1 ? 'row' : 'rows'}, ${bytes} bytes`,
    ...columns.map(({ column, bytes: taken }) => `  ${column}: ${taken} bytes`),
  ]);
  const folder = files.map(({ name, files: count, bytes }) =>
    count === 1 ? `${name}: ${bytes} bytes` : `${name}: ${count} files, ${bytes} bytes`,
  );
  return [...lines, 'files', ...folder.map((line) => `  ${line}`)].join('\n');
}

export function describeMailbox(ledger: MailboxLedger): string {
  if (ledger.tables.every(({ rows }) => rows.length === 0)) {
    return 'This storage node holds nothing about this mailbox.';
  }
  return JSON.stringify(ledger, null, 2);
}
