/** What a contact was before it was blocked, so that unblocking brings that back. */
export const unblockAsBefore = `
ALTER TABLE contact ADD COLUMN state_before TEXT
  CHECK (state_before IN ('request', 'invited', 'accepted'));
`;
