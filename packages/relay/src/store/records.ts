import type { Bytes } from '@sotto/bytes';
import { row, run, type Work } from '@sotto/database';
import { bytesOf } from './columns.ts';

/** Account records, byte for byte as their owners signed them. */

export function* readRecord(aci: Bytes): Work<Bytes | undefined> {
  const found = yield* row('SELECT signed_record FROM record WHERE aci = ?', [aci]);
  return found === undefined ? undefined : bytesOf(found['signed_record']);
}

export function* storeRecord(aci: Bytes, record: Bytes): Work<void> {
  yield* run(
    `INSERT INTO record (aci, signed_record) VALUES (?, ?)
     ON CONFLICT (aci) DO UPDATE SET signed_record = excluded.signed_record`,
    [aci, record],
  );
}

export function* removeRecord(aci: Bytes): Work<void> {
  yield* run('DELETE FROM record WHERE aci = ?', [aci]);
}
