/**
 * What a second road needs: how the other side wants to travel, where its devices collect, which of our
 * mailboxes it knows, what a road remembers, on how many storage nodes a text lies, and texts that came
 * before an earlier one. What the first version counted as ahead it had shown already, so it waits for
 * nothing here: its gaps are old, and no text is held for them.
 */
export const travelTwoRoads = `
ALTER TABLE contact ADD COLUMN their_road TEXT NOT NULL DEFAULT 'auto'
  CHECK (their_road IN ('auto', 'relay', 'onion'));
ALTER TABLE contact ADD COLUMN their_road_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE contact ADD COLUMN knows_mailbox BLOB;

CREATE TABLE contact_mailbox (
  account TEXT NOT NULL REFERENCES contact (account) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  device INTEGER NOT NULL,
  registration_id INTEGER NOT NULL,
  address BLOB NOT NULL,
  told_at INTEGER NOT NULL,
  PRIMARY KEY (account, place),
  UNIQUE (account, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE road_memory (
  road TEXT PRIMARY KEY CHECK (road IN ('relay', 'onion')),
  value BLOB NOT NULL
) STRICT;

ALTER TABLE message ADD COLUMN stored_of INTEGER;

DROP INDEX chain_open_gap;
ALTER TABLE chain DROP COLUMN gap_shown;
ALTER TABLE chain ADD COLUMN last_sent_at INTEGER;
CREATE INDEX chain_open_gap ON chain (gap_since) WHERE gap_since IS NOT NULL;
ALTER TABLE chain_ahead ADD COLUMN sent_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE chain_ahead ADD COLUMN arrived_at INTEGER NOT NULL DEFAULT 0;

CREATE TABLE held (
  account TEXT NOT NULL,
  device INTEGER NOT NULL,
  chain INTEGER NOT NULL,
  counter INTEGER NOT NULL,
  sent_at INTEGER NOT NULL,
  text TEXT NOT NULL,
  road TEXT NOT NULL CHECK (road IN ('relay', 'onion')),
  received_at INTEGER NOT NULL,
  PRIMARY KEY (account, device, chain, counter)
) STRICT;
`;
