import { type Bytes, equalBytes } from '@sotto/bytes';
import { type AccountRecord, parseAccountId, readRecord } from '@sotto/identity';
import type { AccountKey } from '../ports/store.ts';

/** Reads stored account records, and checks the signature of each only once. */
export interface RecordMemory {
  /** Undefined when these bytes are no record of the account. */
  read(account: AccountKey, bytes: Bytes): AccountRecord | undefined;
}

/** Chats that are busy at the same time; some ten kilobytes each. */
const MAX_REMEMBERED = 200;

/**
 * Every message needs the pinned record of its sender or recipient, and verifying costs more than all
 * else that the core does with one. What is remembered counts for exactly the bytes that were verified,
 * so that it trusts the store no more than reading anew would. The ones used last are kept.
 */
export function createRecordMemory(): RecordMemory {
  const remembered = new Map<AccountKey, { readonly bytes: Bytes; readonly record: AccountRecord }>();
  return {
    read(account, bytes) {
      const before = remembered.get(account);
      remembered.delete(account);
      if (before !== undefined && equalBytes(before.bytes, bytes)) {
        remembered.set(account, before);
        return before.record;
      }
      const read = readRecord(bytes, parseAccountId(account));
      if (read.outcome !== 'read') return undefined;
      remembered.set(account, { bytes: bytes.slice(), record: read.record });
      const [oldest] = remembered.keys();
      if (remembered.size > MAX_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
      return read.record;
    },
  };
}
