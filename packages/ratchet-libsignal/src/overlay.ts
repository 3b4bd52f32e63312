import type { Bytes } from '@sotto/bytes';
import type { RatchetChange, RatchetChanges, RatchetReader, RatchetTable } from '@sotto/ratchet';

/**
 * What one operation has written so far, over the committed state. It lives as long as the operation:
 * the caller commits `changes` or drops them, and nothing is ever half written.
 */
export class Overlay {
  readonly #reader: RatchetReader;
  readonly #written = new Map<string, RatchetChange>();

  constructor(reader: RatchetReader) {
    this.#reader = reader;
  }

  async get(table: RatchetTable, key: string): Promise<Bytes | undefined> {
    const written = this.#written.get(rowName(table, key));
    return written === undefined ? this.#reader.get(table, key) : (written.value ?? undefined);
  }

  put(table: RatchetTable, key: string, value: Bytes): void {
    this.#written.set(rowName(table, key), { table, key, value });
  }

  delete(table: RatchetTable, key: string): void {
    this.#written.set(rowName(table, key), { table, key, value: null });
  }

  changes(): RatchetChanges {
    return [...this.#written.values()];
  }
}

function rowName(table: RatchetTable, key: string): string {
  return `${table}/${key}`;
}
