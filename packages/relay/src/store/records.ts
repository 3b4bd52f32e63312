import { asBytes, type Bytes } from '@sotto/bytes';
import { type Database, prepareReading } from '@sotto/database';

/** Account records, byte for byte as their owners signed them. `put` and `remove` run inside the store's `write`. */
export class Records {
  readonly #find;
  readonly #put;
  readonly #remove;

  constructor(database: Database) {
    this.#find = prepareReading(database, 'SELECT signed_record FROM record WHERE aci = ?');
    this.#put = database.prepare('INSERT OR REPLACE INTO record VALUES (?, ?)');
    this.#remove = database.prepare('DELETE FROM record WHERE aci = ?');
  }

  find(aci: Bytes): Bytes | undefined {
    const row = this.#find.get([aci]);
    return row === undefined ? undefined : asBytes(row['signed_record'] as Uint8Array);
  }

  put(aci: Bytes, record: Bytes): void {
    this.#put.run([aci, record]);
  }

  remove(aci: Bytes): void {
    this.#remove.run([aci]);
  }
}
