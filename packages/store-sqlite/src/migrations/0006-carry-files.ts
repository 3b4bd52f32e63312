/**
 * Files of messages, and their chunks as storage nodes keep them. Chunks lie in rows here, though they are
 * encrypted already, so that a file and what is known of it are written and deleted in one commit.
 */
export const carryFiles = `
ALTER TABLE message ADD COLUMN files INTEGER;
ALTER TABLE held ADD COLUMN files INTEGER;

CREATE TABLE file (
  id TEXT PRIMARY KEY,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  chat TEXT,
  message_author TEXT,
  message_device INTEGER,
  message_sent_at INTEGER,
  place INTEGER NOT NULL,
  name TEXT,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  width INTEGER,
  height INTEGER,
  state TEXT NOT NULL CHECK (
    state IN ('writing', 'kept', 'waiting', 'stored', 'unwanted', 'remote', 'wanted', 'here', 'failed')
  ),
  problem TEXT,
  seed BLOB,
  attachment BLOB NOT NULL,
  done BLOB NOT NULL,
  added_at INTEGER NOT NULL,
  CHECK ((message_author IS NULL) = (message_device IS NULL)),
  CHECK ((message_author IS NULL) = (message_sent_at IS NULL))
) STRICT;
CREATE INDEX file_of_message ON file (message_author, message_device, message_sent_at);
CREATE INDEX file_of_chat ON file (chat);
CREATE INDEX file_by_state ON file (state);

-- Without ROWID it would be one tree of rows that are far larger than its pages.
CREATE TABLE file_chunk (
  file TEXT NOT NULL REFERENCES file (id) ON DELETE CASCADE,
  chunk INTEGER NOT NULL,
  data BLOB NOT NULL,
  UNIQUE (file, chunk)
) STRICT;
`;
