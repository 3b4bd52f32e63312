/**
 * Everything a device keeps. STRICT tables hold the declared types and nothing else; booleans are 0
 * or 1, times are milliseconds, accounts are their 66-digit text.
 */
export const keepAnAccount = `
CREATE TABLE account (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  account TEXT NOT NULL,
  name TEXT NOT NULL,
  seed BLOB,
  identity_secret BLOB NOT NULL,
  device INTEGER NOT NULL,
  registration_id INTEGER NOT NULL,
  device_secret BLOB NOT NULL,
  certificate BLOB NOT NULL,
  server_certificate BLOB NOT NULL,
  certificate_signature BLOB NOT NULL,
  profile_key BLOB NOT NULL,
  record BLOB NOT NULL,
  record_pending INTEGER NOT NULL CHECK (record_pending IN (0, 1)),
  network TEXT NOT NULL,
  last_sent_at INTEGER NOT NULL,
  received_through INTEGER NOT NULL
) STRICT;

CREATE TABLE credential (
  road TEXT PRIMARY KEY CHECK (road IN ('relay', 'onion')),
  value BLOB NOT NULL
) STRICT;

CREATE TABLE contact (
  account TEXT PRIMARY KEY,
  state TEXT NOT NULL CHECK (state IN ('request', 'invited', 'accepted', 'blocked')),
  name TEXT,
  nickname TEXT,
  profile_key BLOB,
  knows_profile_key INTEGER NOT NULL CHECK (knows_profile_key IN (0, 1)),
  road TEXT NOT NULL CHECK (road IN ('auto', 'relay', 'onion')),
  record BLOB,
  record_checked_at INTEGER NOT NULL,
  warning TEXT CHECK (
    warning IN ('record-forked', 'record-rolled-back', 'record-unproven', 'version-lowered')
  ),
  refused_record BLOB,
  verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
  next_counter INTEGER NOT NULL,
  last_hash BLOB,
  added_at INTEGER NOT NULL
) STRICT;

-- AUTOINCREMENT: a sequence number is never given out twice, even after its message is deleted.
CREATE TABLE message (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  author TEXT NOT NULL,
  device INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  chat TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  kind TEXT NOT NULL CHECK (kind IN ('text', 'gap')),
  text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'failed', 'received')),
  road TEXT CHECK (road IN ('relay', 'onion')),
  stored_on INTEGER,
  received_at INTEGER,
  request INTEGER NOT NULL CHECK (request IN (0, 1)),
  problem TEXT,
  UNIQUE (author, device, sent_at)
) STRICT;
CREATE INDEX message_of_chat ON message (chat, sequence);
CREATE INDEX message_incoming ON message (sequence) WHERE direction = 'in';

CREATE TABLE chain (
  account TEXT NOT NULL,
  device INTEGER NOT NULL,
  chain INTEGER NOT NULL,
  expected INTEGER NOT NULL,
  hash BLOB,
  gap_since INTEGER,
  gap_shown INTEGER NOT NULL CHECK (gap_shown IN (0, 1)),
  PRIMARY KEY (account, device, chain)
) STRICT, WITHOUT ROWID;
CREATE INDEX chain_open_gap ON chain (gap_since) WHERE gap_since IS NOT NULL AND gap_shown = 0;

CREATE TABLE chain_ahead (
  account TEXT NOT NULL,
  device INTEGER NOT NULL,
  chain INTEGER NOT NULL,
  place INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  hash BLOB NOT NULL,
  previous BLOB,
  PRIMARY KEY (account, device, chain, place),
  FOREIGN KEY (account, device, chain) REFERENCES chain ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  recipient TEXT NOT NULL,
  message_author TEXT,
  message_device INTEGER,
  message_sent_at INTEGER,
  content BLOB NOT NULL,
  timestamp INTEGER NOT NULL,
  urgent INTEGER NOT NULL CHECK (urgent IN (0, 1)),
  place INTEGER NOT NULL,
  not_before INTEGER NOT NULL,
  attempts INTEGER NOT NULL,
  CHECK ((message_author IS NULL) = (message_device IS NULL)),
  CHECK ((message_author IS NULL) = (message_sent_at IS NULL))
) STRICT;
CREATE INDEX outbox_in_order ON outbox (place);

CREATE TABLE outbox_encrypted (
  entry TEXT NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  device INTEGER NOT NULL,
  registration_id INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('first', 'steady')),
  bytes BLOB NOT NULL,
  PRIMARY KEY (entry, place)
) STRICT, WITHOUT ROWID;

-- The highest order ever given out outlives the entry that had it.
CREATE TABLE outbox_order (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  last INTEGER NOT NULL
) STRICT;

CREATE TABLE receipt (
  author TEXT NOT NULL,
  device INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (author, device, sent_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_due ON receipt (due_at);

CREATE TABLE seen (
  mark TEXT PRIMARY KEY,
  forget_after INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX seen_over ON seen (forget_after);

CREATE TABLE ratchet (
  "table" TEXT NOT NULL CHECK (
    "table" IN ('session', 'pre-key', 'signed-pre-key', 'kyber-pre-key', 'first-message')
  ),
  key TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY ("table", key)
) STRICT;
`;
