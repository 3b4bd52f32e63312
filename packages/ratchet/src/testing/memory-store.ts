import type { Bytes } from '@sotto/bytes';
import { toHex } from '@sotto/bytes';
import type { RatchetChanges, RatchetReader, RatchetTable } from '../port.ts';

/** A ratchet's rows in memory. It gives and keeps copies, as a database would. */
export interface MemoryRatchetStore extends RatchetReader {
  commit(changes: RatchetChanges): void;
  /** All rows as one text: equal texts are equal states. */
  snapshot(): string;
  /** A store with the same rows, for "what if this were replayed". */
  clone(): MemoryRatchetStore;
}

export function createMemoryRatchetStore(rows: ReadonlyMap<string, Bytes> = new Map()): MemoryRatchetStore {
  const state = new Map(rows);
  return {
    get: async (table, key) => state.get(rowName(table, key))?.slice(),
    keys: async (table) => {
      const prefix = rowName(table, '');
      return [...state.keys()]
        .filter((name) => name.startsWith(prefix))
        .map((name) => name.slice(prefix.length));
    },
    commit: (changes) => {
      for (const { table, key, value } of changes) {
        if (value === null) state.delete(rowName(table, key));
        else state.set(rowName(table, key), value.slice());
      }
    },
    snapshot: () => {
      const names = [...state.keys()].sort();
      return names.map((name) => `${name}=${toHex(state.get(name) as Bytes)}`).join('\n');
    },
    clone: () => createMemoryRatchetStore(state),
  };
}

function rowName(table: RatchetTable, key: string): string {
  return `${table}/${key}`;
}
