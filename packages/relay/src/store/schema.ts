/**
 * The relay's own file, one entry per version; schema-postgres.ts says the same of PostgreSQL. Every column is explained in docs/ledger.md, and a
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
  // Phone numbers, registration lock, more devices, usernames, profiles.
  `
  ALTER TABLE account ADD COLUMN number_hash BLOB;
  ALTER TABLE account ADD COLUMN pni BLOB;
  ALTER TABLE account ADD COLUMN pni_identity_key BLOB;
  ALTER TABLE account ADD COLUMN discoverable INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE account ADD COLUMN lock_hash TEXT;
  ALTER TABLE account ADD COLUMN lock_salt TEXT;
  ALTER TABLE account ADD COLUMN profile_version BLOB;
  CREATE UNIQUE INDEX account_by_number ON account (number_hash);
  CREATE UNIQUE INDEX account_by_pni ON account (pni);

  ALTER TABLE device ADD COLUMN pni_registration_id INTEGER;
  ALTER TABLE device ADD COLUMN created_sealed BLOB;
  CREATE INDEX device_by_last_seen ON device (last_seen_day);

  CREATE TABLE new_lasting_key (
    aci BLOB NOT NULL,
    device INTEGER NOT NULL,
    identity TEXT NOT NULL CHECK (identity IN ('aci', 'pni')),
    kind TEXT NOT NULL CHECK (kind IN ('ec', 'kyber')),
    key_id INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    signature BLOB NOT NULL,
    PRIMARY KEY (aci, device, identity, kind),
    FOREIGN KEY (aci, device) REFERENCES device ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  INSERT INTO new_lasting_key SELECT aci, device, 'aci', kind, key_id, public_key, signature FROM lasting_key;
  DROP TABLE lasting_key;
  ALTER TABLE new_lasting_key RENAME TO lasting_key;

  CREATE TABLE new_one_time_key (
    aci BLOB NOT NULL,
    device INTEGER NOT NULL,
    identity TEXT NOT NULL CHECK (identity IN ('aci', 'pni')),
    kind TEXT NOT NULL CHECK (kind IN ('ec', 'kyber')),
    key_id INTEGER NOT NULL,
    public_key BLOB NOT NULL,
    signature BLOB,
    PRIMARY KEY (aci, device, identity, kind, key_id),
    FOREIGN KEY (aci, device) REFERENCES device ON DELETE CASCADE
  ) STRICT, WITHOUT ROWID;
  INSERT INTO new_one_time_key SELECT aci, device, 'aci', kind, key_id, public_key, signature FROM one_time_key;
  DROP TABLE one_time_key;
  ALTER TABLE new_one_time_key RENAME TO one_time_key;

  CREATE TABLE username (
    hash BLOB PRIMARY KEY,
    aci BLOB NOT NULL REFERENCES account ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'confirmed', 'held', 'reclaimable')),
    until INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX username_of ON username (aci);

  CREATE TABLE username_link (
    handle BLOB PRIMARY KEY,
    aci BLOB NOT NULL UNIQUE REFERENCES account ON DELETE CASCADE,
    encrypted_username BLOB
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE profile (
    aci BLOB NOT NULL REFERENCES account ON DELETE CASCADE,
    version BLOB NOT NULL,
    commitment BLOB NOT NULL,
    name BLOB,
    about BLOB,
    about_emoji BLOB,
    avatar TEXT,
    payment_address BLOB,
    phone_number_sharing BLOB,
    changed_day INTEGER NOT NULL,
    PRIMARY KEY (aci, version)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX profile_by_avatar ON profile (avatar);

  CREATE TABLE link_token (
    token_hash BLOB PRIMARY KEY,
    aci BLOB NOT NULL REFERENCES account ON DELETE CASCADE,
    device INTEGER,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX link_token_of ON link_token (aci);

  CREATE TABLE parcel (
    address BLOB PRIMARY KEY,
    content BLOB,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE verification_session (
    id_hash BLOB PRIMARY KEY,
    sealed_state BLOB NOT NULL,
    expires_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE secret_mark (
    name TEXT PRIMARY KEY,
    mark BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE code_count (
    hour INTEGER PRIMARY KEY,
    codes INTEGER NOT NULL
  ) STRICT;

  CREATE INDEX ticket_by_end ON ticket (expires_day);
  CREATE INDEX spent_receipt_by_end ON spent_receipt (expires_day);
  CREATE INDEX spent_work_by_end ON spent_work (expires_at);
  CREATE INDEX seen_request_by_end ON seen_request (expires_at);
  CREATE INDEX username_by_end ON username (until);
  CREATE INDEX link_token_by_end ON link_token (expires_at);
  CREATE INDEX parcel_by_end ON parcel (expires_at);
  CREATE INDEX verification_session_by_end ON verification_session (expires_at);
  CREATE INDEX username_link_without_name ON username_link (aci) WHERE encrypted_username IS NULL;
  `,
];
