import type { Bytes } from '@sotto/bytes';
import type { AccountId } from './account-id.ts';
import { openRecord, type UnreadableRecord } from './open-record.ts';
import type { AccountRecord } from './record-types.ts';

export type ReadRecordOutcome =
  | { readonly outcome: 'read'; readonly record: AccountRecord }
  | UnreadableRecord;

/**
 * Read a signed record of `account`: its form, its rules and the identity signature. Says nothing
 * about time or earlier revisions; whoever acts on a record from outside uses `acceptRecord`.
 */
export function readRecord(bytes: Bytes, account: AccountId): ReadRecordOutcome {
  const opened = openRecord(bytes, account);
  return opened.outcome === 'opened' ? { outcome: 'read', record: opened.record } : opened;
}
