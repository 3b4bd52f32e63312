/**
 * What schema.ts makes on SQLite, for engines that speak PostgreSQL's protocol: the same tables and columns, which a test
 * compares. Every statement must also work when it was done before (see `migratePostgres`).
 */
export const RELAY_MIGRATIONS_POSTGRES: readonly string[] = [
  `
  CREATE SEQUENCE IF NOT EXISTS connection_number;

  CREATE TABLE IF NOT EXISTS account (
    aci BYTEA PRIMARY KEY,
    identity_key BYTEA NOT NULL,
    access_key BYTEA,
    unrestricted_access BIGINT NOT NULL,
    recovery_hash TEXT NOT NULL,
    recovery_salt TEXT NOT NULL,
    auth_credential_salt BYTEA NOT NULL,
    created_day BIGINT NOT NULL,
    number_hash BYTEA,
    pni BYTEA,
    pni_identity_key BYTEA,
    discoverable BIGINT NOT NULL DEFAULT 0,
    lock_hash TEXT,
    lock_salt TEXT,
    profile_version BYTEA
  );
  CREATE UNIQUE INDEX IF NOT EXISTS account_by_number ON account (number_hash);
  CREATE UNIQUE INDEX IF NOT EXISTS account_by_pni ON account (pni);

  CREATE TABLE IF NOT EXISTS device (
    aci BYTEA NOT NULL REFERENCES account ON DELETE CASCADE,
    device BIGINT NOT NULL,
    registration_id BIGINT NOT NULL,
    password_hash TEXT NOT NULL,
    password_salt TEXT NOT NULL,
    name BYTEA,
    capabilities TEXT NOT NULL,
    created_day BIGINT NOT NULL,
    last_seen_day BIGINT NOT NULL,
    pni_registration_id BIGINT,
    created_sealed BYTEA,
    PRIMARY KEY (aci, device)
  );
  CREATE INDEX IF NOT EXISTS device_by_last_seen ON device (last_seen_day);

  CREATE TABLE IF NOT EXISTS lasting_key (
    aci BYTEA NOT NULL,
    device BIGINT NOT NULL,
    identity TEXT NOT NULL CHECK (identity IN ('aci', 'pni')),
    kind TEXT NOT NULL CHECK (kind IN ('ec', 'kyber')),
    key_id BIGINT NOT NULL,
    public_key BYTEA NOT NULL,
    signature BYTEA NOT NULL,
    PRIMARY KEY (aci, device, identity, kind),
    FOREIGN KEY (aci, device) REFERENCES device ON DELETE CASCADE
  );

  CREATE TABLE IF NOT EXISTS one_time_key (
    aci BYTEA NOT NULL,
    device BIGINT NOT NULL,
    identity TEXT NOT NULL CHECK (identity IN ('aci', 'pni')),
    kind TEXT NOT NULL CHECK (kind IN ('ec', 'kyber')),
    key_id BIGINT NOT NULL,
    public_key BYTEA NOT NULL,
    signature BYTEA,
    PRIMARY KEY (aci, device, identity, kind, key_id),
    FOREIGN KEY (aci, device) REFERENCES device ON DELETE CASCADE
  );

  CREATE TABLE IF NOT EXISTS record (
    aci BYTEA PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    signed_record BYTEA NOT NULL
  );

  CREATE TABLE IF NOT EXISTS ticket (
    ticket_hash BYTEA PRIMARY KEY,
    request_hash BYTEA,
    expires_day BIGINT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS ticket_by_end ON ticket (expires_day);

  CREATE TABLE IF NOT EXISTS spent_receipt (
    serial BYTEA PRIMARY KEY,
    expires_day BIGINT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS spent_receipt_by_end ON spent_receipt (expires_day);

  CREATE TABLE IF NOT EXISTS spent_work (
    stamp TEXT PRIMARY KEY,
    expires_at BIGINT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS spent_work_by_end ON spent_work (expires_at);

  CREATE TABLE IF NOT EXISTS seen_request (
    tag BYTEA PRIMARY KEY,
    expires_at BIGINT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS seen_request_by_end ON seen_request (expires_at);

  CREATE TABLE IF NOT EXISTS username (
    hash BYTEA PRIMARY KEY,
    aci BYTEA NOT NULL REFERENCES account ON DELETE CASCADE,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'confirmed', 'held', 'reclaimable')),
    until BIGINT
  );
  CREATE INDEX IF NOT EXISTS username_by_end ON username (until);
  CREATE INDEX IF NOT EXISTS username_of ON username (aci);

  CREATE TABLE IF NOT EXISTS username_link (
    handle BYTEA PRIMARY KEY,
    aci BYTEA NOT NULL UNIQUE REFERENCES account ON DELETE CASCADE,
    encrypted_username BYTEA
  );
  CREATE INDEX IF NOT EXISTS username_link_without_name ON username_link (aci) WHERE encrypted_username IS NULL;

  CREATE TABLE IF NOT EXISTS profile (
    aci BYTEA NOT NULL REFERENCES account ON DELETE CASCADE,
    version BYTEA NOT NULL,
    commitment BYTEA NOT NULL,
    name BYTEA,
    about BYTEA,
    about_emoji BYTEA,
    avatar TEXT,
    payment_address BYTEA,
    phone_number_sharing BYTEA,
    changed_day BIGINT NOT NULL,
    PRIMARY KEY (aci, version)
  );
  CREATE INDEX IF NOT EXISTS profile_by_avatar ON profile (avatar);

  CREATE TABLE IF NOT EXISTS link_token (
    token_hash BYTEA PRIMARY KEY,
    aci BYTEA NOT NULL REFERENCES account ON DELETE CASCADE,
    device BIGINT,
    expires_at BIGINT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS link_token_by_end ON link_token (expires_at);
  CREATE INDEX IF NOT EXISTS link_token_of ON link_token (aci);

  CREATE TABLE IF NOT EXISTS parcel (
    address BYTEA PRIMARY KEY,
    content BYTEA,
    expires_at BIGINT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS parcel_by_end ON parcel (expires_at);

  CREATE TABLE IF NOT EXISTS verification_session (
    id_hash BYTEA PRIMARY KEY,
    sealed_state BYTEA NOT NULL,
    expires_at BIGINT NOT NULL
  );
  CREATE INDEX IF NOT EXISTS verification_session_by_end ON verification_session (expires_at);

  CREATE TABLE IF NOT EXISTS secret_mark (
    name TEXT PRIMARY KEY,
    mark BYTEA NOT NULL
  );

  CREATE TABLE IF NOT EXISTS code_count (
    hour BIGINT PRIMARY KEY,
    codes BIGINT NOT NULL
  );
  `,
];
