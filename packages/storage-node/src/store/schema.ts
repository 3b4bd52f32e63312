/**
 * A node's file, one entry per version. What each column is for: docs/spec/storage-node.md.
 *
 * `box` keeps the sums of a mailbox's namespace, so that a quota costs no count; the triggers keep them
 * right whatever removes a message. A hash is unique in its box alone: it is made of key, namespace and data
 * without marks between them, so a stranger could otherwise take the hash of a record by writing namespace
 * and record into an inbox of the account. AUTOINCREMENT: a position is never given twice, so that whoever
 * waits behind one misses nothing.
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
];
