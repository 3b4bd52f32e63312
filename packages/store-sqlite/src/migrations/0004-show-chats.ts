import { integer, text } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';
import { indexText } from '../tables/search.ts';

/**
 * What screens with chats need: how far each chat was read and how much was not, what was typed, what
 * failed and may be tried again, what the user has chosen, receipts of two kinds, and the words of all texts.
 * Everything that had been handed out by then counts as read.
 */
export const showChats = `
-- A message may be read. The table is made anew, because a check cannot be changed.
CREATE TABLE message_anew (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  author TEXT NOT NULL,
  device INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  chat TEXT NOT NULL,
  direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
  kind TEXT NOT NULL CHECK (kind IN ('text', 'gap')),
  text TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'delivered', 'read', 'failed', 'received')),
  road TEXT CHECK (road IN ('relay', 'onion')),
  stored_on INTEGER,
  stored_of INTEGER,
  received_at INTEGER,
  request INTEGER NOT NULL CHECK (request IN (0, 1)),
  problem TEXT,
  UNIQUE (author, device, sent_at)
) STRICT;
INSERT INTO message_anew (
  sequence, author, device, sent_at, chat, direction, kind, text, state, road, stored_on, stored_of,
  received_at, request, problem
) SELECT
  sequence, author, device, sent_at, chat, direction, kind, text, state, road, stored_on, stored_of,
  received_at, request, problem
FROM message ORDER BY sequence;
-- The highest number ever given out may be that of a message which is gone.
DELETE FROM sqlite_sequence WHERE name = 'message_anew';
INSERT INTO sqlite_sequence (name, seq) SELECT 'message_anew', seq FROM sqlite_sequence WHERE name = 'message';
DROP TABLE message;
ALTER TABLE message_anew RENAME TO message;
CREATE INDEX message_of_chat ON message (chat, sequence);
CREATE INDEX message_incoming ON message (sequence) WHERE direction = 'in';
CREATE INDEX message_incoming_text ON message (chat, sequence) WHERE direction = 'in' AND kind = 'text';

-- A summary, so that a list of chats looks at no messages but the newest of each.
CREATE TABLE chat (
  account TEXT PRIMARY KEY,
  last_sequence INTEGER,
  active_at INTEGER,
  unread INTEGER NOT NULL DEFAULT 0,
  read_through INTEGER NOT NULL DEFAULT 0,
  draft TEXT,
  CHECK ((last_sequence IS NULL) = (active_at IS NULL))
) STRICT;
INSERT INTO chat (account, last_sequence, active_at, unread, read_through)
SELECT newest.chat, newest.sequence, coalesce(newest.received_at, newest.sent_at),
  (SELECT count(*) FROM message AS text WHERE text.chat = newest.chat AND text.direction = 'in'
    AND text.kind = 'text' AND text.sequence > past.through),
  coalesce((SELECT max(sequence) FROM message AS old WHERE old.chat = newest.chat
    AND old.sequence <= past.through), 0)
FROM message AS newest, (SELECT coalesce(max(received_through), 0) AS through FROM account) AS past
WHERE newest.sequence = (SELECT max(sequence) FROM message AS other WHERE other.chat = newest.chat);
-- Sorting the list reads no contact whole.
CREATE INDEX contact_added ON contact (account, added_at);

CREATE TABLE failed_text (
  author TEXT NOT NULL,
  device INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  content BLOB NOT NULL,
  PRIMARY KEY (author, device, sent_at)
) STRICT;

CREATE TABLE preferences (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  read_receipts INTEGER NOT NULL CHECK (read_receipts IN (0, 1)),
  typing INTEGER NOT NULL CHECK (typing IN (0, 1)),
  screen TEXT NOT NULL
) STRICT;

CREATE TABLE receipt_anew (
  kind TEXT NOT NULL CHECK (kind IN ('delivery', 'read')),
  author TEXT NOT NULL,
  device INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  recipient TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  PRIMARY KEY (author, device, sent_at, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO receipt_anew (kind, author, device, sent_at, recipient, due_at)
SELECT 'delivery', author, device, sent_at, recipient, due_at FROM receipt;
DROP TABLE receipt;
ALTER TABLE receipt_anew RENAME TO receipt;
CREATE INDEX receipt_due ON receipt (due_at);

-- Words of texts, as the client writes them: with spaces between, and nothing in them that ends a word.
-- It keeps no second copy of a text, and forgets words for good when they are deleted. An index of
-- beginnings would make each message four times as dear and spare a search a few milliseconds.
CREATE VIRTUAL TABLE message_word USING fts5 (
  chat, words, content = '', columnsize = 0, tokenize = 'ascii'
);
INSERT INTO message_word (message_word, rank) VALUES ('secure-delete', 1);
`;

/** Texts whose words are written at a time. */
const BATCH = 500;

/** The words of all texts there are. */
export function indexAllTexts(sqlite: Sqlite): void {
  for (let after = 0; ; ) {
    const rows = sqlite.all(
      "SELECT sequence, chat, text FROM message WHERE kind = 'text' AND sequence > ? ORDER BY sequence LIMIT ?",
      [after, BATCH],
    );
    for (const row of rows) indexText(sqlite, integer(row, 'sequence'), text(row, 'chat'), text(row, 'text'));
    const last = rows.at(-1);
    if (last === undefined) return;
    after = integer(last, 'sequence');
  }
}
