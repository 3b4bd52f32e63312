import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What one holder may have of one field, and where. */
export interface LedgerRow {
  readonly field: string;
  /** Whom it is about. */
  readonly about: string;
  readonly places: readonly string[];
  /** Where it is only while something is done with it: allowed, and not always found. */
  readonly atTimes?: readonly string[];
}

export interface HolderLedger {
  readonly holder: string;
  readonly title: string;
  readonly rows: readonly LedgerRow[];
}

export type Ledger = readonly HolderLedger[];

/** The published table. */
const FILE = fileURLToPath(new URL('../../../../docs/ledger.json', import.meta.url));
/** The page that is made from it. */
export const PAGE = fileURLToPath(new URL('../../../../docs/who-holds-what.md', import.meta.url));

export function readLedger(): Ledger {
  return (JSON.parse(readFileSync(FILE, 'utf8')) as { readonly holders: Ledger }).holders;
}
