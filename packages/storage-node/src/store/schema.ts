/**
 * A node's file, one entry per version. What each column is for: docs/spec/storage-node.md.
 *
 * `box` keeps the sums of a mailbox's namespace, so that a quota costs no count; the triggers keep them
 * right whatever removes a message. A hash is unique in its box alone: it is made of key, namespace and data
 * without marks between them, so a stranger could otherwise take the hash of a record by writing namespace
 * and record into an inbox of the account. AUTOINCREMENT: a position is never given twice, so that whoever
 * waits behind one misses nothing.
 *
 * An `owner` is a mailbox with remembered operations, and keeps their sums like `box`.
 */
export const NODE_MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE box (
    id INTEGER PRIMARY KEY,
    pubkey BLOB NOT NULL,
    namespace INTEGER NOT NULL,
    messages INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0,
    UNIQUE (pubkey, namespace)
  ) STRICT;

  CREATE TABLE message (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    box INTEGER NOT NULL REFERENCES box,
    hash TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    expiry INTEGER NOT NULL,
    signed_at INTEGER NOT NULL,
    data BLOB NOT NULL,
    UNIQUE (hash, box)
  ) STRICT;
  CREATE INDEX message_in_box ON message (box, position);
  CREATE INDEX message_by_expiry ON message (expiry);

  CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
    UPDATE box SET messages = messages + 1, bytes = bytes + length(new.data) WHERE id = new.box;
  END;
  CREATE TRIGGER message_removed AFTER DELETE ON message BEGIN
    UPDATE box SET messages = messages - 1, bytes = bytes - length(old.data) WHERE id = old.box;
    DELETE FROM box WHERE id = old.box AND messages = 0;
  END;
  `,
  // A new table, so that what is looked at often stays before the data, behind which a row is slow to read. Positions
  // go on where they were. `sync_id` is filled in when the store opens: SQLite has no such hash.
  `
  CREATE TABLE message_2 (
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    box INTEGER NOT NULL REFERENCES box,
    hash TEXT NOT NULL,
    timestamp INTEGER NOT NULL,
    expiry INTEGER NOT NULL,
    base_expiry INTEGER NOT NULL,
    stored_at INTEGER NOT NULL,
    signed_at INTEGER NOT NULL,
    sync_id BLOB,
    signature BLOB,
    ed25519 BLOB,
    subaccount BLOB,
    subaccount_sig BLOB,
    data BLOB NOT NULL,
    UNIQUE (hash, box)
  ) STRICT;
  INSERT INTO message_2 (position, box, hash, timestamp, expiry, base_expiry, stored_at, signed_at, data)
    SELECT position, box, hash, timestamp, expiry, expiry, timestamp, signed_at, data FROM message ORDER BY position;
  DELETE FROM sqlite_sequence WHERE name = 'message_2';
  INSERT INTO sqlite_sequence (name, seq) SELECT 'message_2', seq FROM sqlite_sequence WHERE name = 'message';
  DROP TABLE message;
  ALTER TABLE message_2 RENAME TO message;
  CREATE INDEX message_in_box ON message (box, position);
  CREATE INDEX message_by_expiry ON message (expiry);
  CREATE INDEX message_by_sync ON message (sync_id, expiry);

  CREATE TRIGGER message_added AFTER INSERT ON message BEGIN
    UPDATE box SET messages = messages + 1, bytes = bytes + length(new.data) WHERE id = new.box;
  END;
  CREATE TRIGGER message_removed AFTER DELETE ON message BEGIN
    UPDATE box SET messages = messages - 1, bytes = bytes - length(old.data) WHERE id = old.box;
    DELETE FROM box WHERE id = old.box AND messages = 0;
  END;

  CREATE TABLE owner (
    id INTEGER PRIMARY KEY,
    pubkey BLOB NOT NULL UNIQUE,
    operations INTEGER NOT NULL DEFAULT 0,
    targets INTEGER NOT NULL DEFAULT 0,
    bytes INTEGER NOT NULL DEFAULT 0
  ) STRICT;

  CREATE TABLE operation (
    id INTEGER PRIMARY KEY,
    owner INTEGER NOT NULL REFERENCES owner,
    kind TEXT NOT NULL,
    identity BLOB NOT NULL UNIQUE,
    at INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    sync_id BLOB NOT NULL,
    request TEXT NOT NULL
  ) STRICT;
  CREATE INDEX operation_of_owner ON operation (owner, at);
  CREATE INDEX operation_by_expires ON operation (expires);
  CREATE INDEX operation_by_sync ON operation (sync_id, expires);

  CREATE TABLE operation_target (
    owner INTEGER NOT NULL,
    target TEXT NOT NULL,
    operation INTEGER NOT NULL REFERENCES operation,
    mode TEXT NOT NULL,
    namespace INTEGER,
    value INTEGER,
    PRIMARY KEY (owner, target, operation)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX target_of_operation ON operation_target (operation);

  CREATE TRIGGER operation_added AFTER INSERT ON operation BEGIN
    UPDATE owner SET operations = operations + 1, bytes = bytes + length(new.request) WHERE id = new.owner;
  END;
  CREATE TRIGGER operation_removed AFTER DELETE ON operation BEGIN
    UPDATE owner SET operations = operations - 1, bytes = bytes - length(old.request) WHERE id = old.owner;
    DELETE FROM owner WHERE id = old.owner AND operations = 0;
  END;
  CREATE TRIGGER target_added AFTER INSERT ON operation_target BEGIN
    UPDATE owner SET targets = targets + 1 WHERE id = new.owner;
  END;
  CREATE TRIGGER target_removed AFTER DELETE ON operation_target BEGIN
    UPDATE owner SET targets = targets - 1 WHERE id = old.owner;
  END;
  `,
  // To find what else one signature has stored.
  'CREATE INDEX message_by_signing ON message (box, signed_at) WHERE signed_at > 0;',
  // Keys whose owners have come, by days, so that those that somebody makes to fill the disk are told from them.
  `
  CREATE TABLE known_owner (
    pubkey BLOB PRIMARY KEY,
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX known_owner_by_day ON known_owner (last_day);
  `,
];
