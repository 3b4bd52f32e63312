import type { Found } from '../find/canary.ts';

/** A canary that was seen with somebody. */
export interface Sighting {
  /** Name of a server, or of a holder of the ledger. */
  readonly where: string;
  readonly field: string;
  readonly of: string;
  /** In the words of the ledger: `log`, `memory`, `relay.db account.aci`… */
  readonly place: string;
  readonly encoding: string;
  readonly mailbox?: Uint8Array;
}

export function sightingOf(where: string, place: string, { canary, encoding }: Found): Sighting {
  const { field, of, mailbox } = canary;
  return { where, place, field, of, encoding, ...(mailbox === undefined ? {} : { mailbox }) };
}
