import { PRE_KEY_RETENTION, RatchetError, type RatchetReader, type RatchetTable } from '@sotto/ratchet';
import { decodeKeyRow, type KeyRow } from './key-row.ts';

/** A private key in the store, with its ID. */
export interface StoredKey extends KeyRow {
  readonly id: number;
}

export type KeyTable = Extract<RatchetTable, 'pre-key' | 'signed-pre-key' | 'kyber-pre-key'>;

/** All keys of a table, oldest generation first. Throws RatchetError `corrupt-state`. */
export async function listKeys(reader: RatchetReader, table: KeyTable): Promise<StoredKey[]> {
  const keys: StoredKey[] = [];
  for (const name of await reader.keys(table)) {
    const value = await reader.get(table, name);
    if (!/^[1-9][0-9]*$/.test(name) || value === undefined) {
      throw new RatchetError('corrupt-state', 'a prekey row has no key ID or no value');
    }
    keys.push({ id: Number(name), ...decodeKeyRow(value) });
  }
  return keys.sort((left, right) => left.generation - right.generation);
}

/** The generation after the newest of these; `keys` are of one use, oldest generation first. */
export function nextGeneration(keys: readonly StoredKey[]): number {
  return (keys.at(-1)?.generation ?? 0) + 1;
}

/**
 * The keys that no honest first message can still need: superseded by a later generation longer ago than
 * the relay holds mail. The newest generation is never among them. `keys` are of one use, oldest first.
 *
 * A key cannot have been superseded before it was made, so a clock that was once behind lets nothing go
 * too early; and a key made in the future goes by its successors alone, so one that was once ahead keeps
 * nothing for long.
 */
export function outlived(keys: readonly StoredKey[], now: number): StoredKey[] {
  const gone: StoredKey[] = [];
  let generation = Number.POSITIVE_INFINITY;
  let madeAt = Number.POSITIVE_INFINITY;
  let supersededAt = Number.POSITIVE_INFINITY;
  for (const key of keys.toReversed()) {
    if (key.generation < generation) {
      supersededAt = Math.min(supersededAt, madeAt);
      generation = key.generation;
      madeAt = key.createdAt;
    }
    const since = key.createdAt > now ? supersededAt : Math.max(supersededAt, key.createdAt);
    if (now - since > PRE_KEY_RETENTION) gone.push(key);
  }
  return gone;
}
