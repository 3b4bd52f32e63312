/**
 * The mailbox on a server that speaks PostgreSQL's protocol, one entry per version. What each column is for:
 * docs/ledger.md. Each statement can be run again, see `migratePostgres`.
 *
 * A queue's first position is the server's clock, microseconds: the row of a queue that was emptied for good is removed,
 * and one that is made anew goes on above whatever a reader may remember of the old one.
 *
 * Mail for now is in no log, so in no archive of it and no copy of the server; CockroachDB and YugabyteDB read that word
 * and pass over it.
 */
export const POSTGRES_MAILBOX_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE IF NOT EXISTS queue (
    account BYTEA NOT NULL,
    device BIGINT NOT NULL,
    last_position BIGINT NOT NULL DEFAULT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT),
    contact_count BIGINT NOT NULL DEFAULT 0,
    contact_bytes BIGINT NOT NULL DEFAULT 0,
    request_count BIGINT NOT NULL DEFAULT 0,
    request_bytes BIGINT NOT NULL DEFAULT 0,
    story_count BIGINT NOT NULL DEFAULT 0,
    story_bytes BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (account, device)
  );
  CREATE TABLE IF NOT EXISTS mail (
    account BYTEA NOT NULL,
    device BIGINT NOT NULL,
    position BIGINT NOT NULL,
    class BIGINT NOT NULL,
    id BYTEA NOT NULL,
    received_at BIGINT NOT NULL,
    size BIGINT NOT NULL,
    envelope BYTEA NOT NULL,
    PRIMARY KEY (account, device, position)
  );
  CREATE UNIQUE INDEX IF NOT EXISTS mail_by_id ON mail (account, device, id);
  CREATE INDEX IF NOT EXISTS mail_by_age ON mail (received_at);
  CREATE UNLOGGED TABLE IF NOT EXISTS online_mail (
    account BYTEA NOT NULL,
    device BIGINT NOT NULL,
    id BYTEA NOT NULL,
    put_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    envelope BYTEA NOT NULL,
    PRIMARY KEY (account, device, id)
  );
  CREATE INDEX IF NOT EXISTS online_mail_by_end ON online_mail (until_at);
  `,
  `
  CREATE TABLE IF NOT EXISTS stamp (
    name BYTEA PRIMARY KEY,
    use BYTEA NOT NULL,
    until BIGINT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS stamp_by_end ON stamp (until);
  `,
];

/** The key of their version. */
export const MAILBOX_SCHEMA = 'mailbox';
