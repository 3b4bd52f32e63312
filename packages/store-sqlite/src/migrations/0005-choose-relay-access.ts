/** How the own relay is asked by what must not say who asks: the fast way, until somebody chooses otherwise. */
export const chooseRelayAccess = `
ALTER TABLE preferences ADD COLUMN relay_access TEXT NOT NULL DEFAULT 'direct'
  CHECK (relay_access IN ('direct', 'onion'));
`;
