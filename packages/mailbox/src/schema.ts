/** The mailbox's file, one entry per version. What each column is for: docs/ledger.md. */
export const MAILBOX_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE mail (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    account BLOB NOT NULL,
    device INTEGER NOT NULL,
    class INTEGER NOT NULL,
    id BLOB NOT NULL,
    received_at INTEGER NOT NULL,
    size INTEGER NOT NULL,
    envelope BLOB NOT NULL
  ) STRICT;
  CREATE INDEX mail_in_queue ON mail (account, device, position);
  CREATE UNIQUE INDEX mail_by_id ON mail (account, device, id);
  CREATE INDEX mail_by_class ON mail (account, device, class, size);
  CREATE INDEX mail_by_age ON mail (received_at);
  `,
  `
  CREATE TABLE stamp (
    name BLOB PRIMARY KEY,
    use BLOB NOT NULL,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX stamp_by_end ON stamp (until);
  `,
];
