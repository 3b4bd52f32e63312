import { PRE_KEY_RETENTION, RatchetError, type RatchetReader, type RatchetTable } from '@sotto/ratchet';
import { decodeKeyRow, type KeyRow } from './key-row.ts';

/** A private key in the store, with its ID. */
export interface StoredKey extends KeyRow {
  readonly id: number;
}

export type KeyTable = Extract<RatchetTable, 'pre-key' | 'signed-pre-key' | 'kyber-pre-key'>;

/** All keys of a table, oldest first. Throws RatchetError `corrupt-state`. */
export async function listKeys(reader: RatchetReader, table: KeyTable): Promise<StoredKey[]> {
  const keys: StoredKey[] = [];
  for (const name of await reader.keys(table)) {
    const value = await reader.get(table, name);
    if (!/^[1-9][0-9]*$/.test(name) || value === undefined) {
      throw new RatchetError('corrupt-state', 'a prekey row has no key ID or no value');
    }
    keys.push({ id: Number(name), ...decodeKeyRow(value) });
  }
  return keys.sort((left, right) => left.createdAt - right.createdAt);
}

/**
 * The keys that no honest first message can still need: superseded by a later batch longer ago than the
 * relay holds mail. The newest batch is never among them. `keys` are of one use, oldest first.
 */
export function outlived(keys: readonly StoredKey[], now: number): StoredKey[] {
  const gone: StoredKey[] = [];
  let later: number | undefined;
  let successor: number | undefined;
  for (const key of keys.toReversed()) {
    if (later !== undefined && key.createdAt < later) successor = later;
    if (successor !== undefined && now - successor > PRE_KEY_RETENTION) gone.push(key);
    later = key.createdAt;
  }
  return gone;
}
