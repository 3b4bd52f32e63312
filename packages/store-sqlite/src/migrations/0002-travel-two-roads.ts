/**
 * What a second road needs: how the other side wants to travel, where its devices collect, which of our
 * mailboxes it knows, and what a road remembers.
 */
export const travelTwoRoads = `
ALTER TABLE contact ADD COLUMN their_road TEXT NOT NULL DEFAULT 'auto'
  CHECK (their_road IN ('auto', 'relay', 'onion'));
ALTER TABLE contact ADD COLUMN knows_mailbox BLOB;

CREATE TABLE contact_mailbox (
  account TEXT NOT NULL REFERENCES contact (account) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  device INTEGER NOT NULL,
  registration_id INTEGER NOT NULL,
  address BLOB NOT NULL,
  PRIMARY KEY (account, place),
  UNIQUE (account, device)
) STRICT, WITHOUT ROWID;

CREATE TABLE road_memory (
  road TEXT PRIMARY KEY CHECK (road IN ('relay', 'onion')),
  value BLOB NOT NULL
) STRICT;
`;
