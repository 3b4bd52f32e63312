/**
 * The relay's own file, one entry per version. Every column is explained in docs/ledger.md, and a
 * test fails when one is not. Days are counted from 1970; nothing finer than a day is kept about
 * what an account does.
 */
export const RELAY_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE account (
    aci BLOB PRIMARY KEY,
    identity_key BLOB NOT NULL,
    access_key BLOB,
    unrestricted_access INTEGER NOT NULL,
    recovery_hash TEXT NOT NULL,
    recovery_salt TEXT NOT NULL,
    auth_credential_salt BLOB NOT NULL,
    created_day INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE device (
    aci BLOB NOT NULL REFERENCES account ON DELETE CASCADE,
    device INTEGER NOT NULL,
    registration_id INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    password_salt TEXT NOT NULL,
    name BLOB,
    capabilities TEXT NOT NULL,
    created_day INTEGER NOT NULL,
    last_seen_day INTEGER NOT NULL,
    PRIMARY KEY (aci, device)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE lasting_key (
    aci BLOB NOT NULL,
    device INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('ec', 'kyber')),
    key_id INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (aci, device, kind),
    FOREIGN KEY (aci, device) REFERENCES device ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE one_time_key (
    aci BLOB NOT NULL,
    device INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('ec', 'kyber')),
    key_id INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    signature BLOB,
    PRIMARY KEY (aci, device, kind, key_id),
    FOREIGN KEY (aci, device) REFERENCES device ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE record (
    aci BLOB PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    signed_record BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE ticket (
    ticket_hash BLOB PRIMARY KEY,
    request_hash BLOB,
    expires_day INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE spent_receipt (
    serial BLOB PRIMARY KEY,
    expires_day INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE spent_work (
    stamp TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE seen_request (
    tag BLOB PRIMARY KEY,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
];
