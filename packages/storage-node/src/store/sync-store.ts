import { asBytes, type Bytes } from '@sotto/bytes';
import { type Database, prepareReading } from '@sotto/database';
import type { RequestAuth } from '@sotto/protocol';
import type { ChangeListener, Changes } from './changes.ts';
import type { Row } from './message-rows.ts';
import type { SyncedMessage } from './messages.ts';
import { messageSyncId } from './operation.ts';

/** An operation as one member tells another of it: the request from which its signature is verified again. */
export interface SyncedOperation {
  /** What `formatClientRequest` has written. */
  readonly request: string;
  readonly at: number;
}

export type SyncItem =
  | { readonly kind: 'message'; readonly syncId: Bytes; readonly message: SyncedMessage }
  | { readonly kind: 'operation'; readonly syncId: Bytes; readonly operation: SyncedOperation };

/** Buckets are numbers of the first two bytes of sync IDs. */
export const SYNC_BUCKETS = 0x1_0000;

/** Rows that get their sync ID in one transaction. */
const FILL_ROWS = 500;

/**
 * What members compare and give each other: every message and every operation has an ID of 16 bytes that is the same
 * at each member which keeps it in the same way. Reads see the last commit.
 */
export class SyncStore {
  readonly #changes: Changes;
  readonly #messageIds;
  readonly #operationIds;
  readonly #message;
  readonly #operation;

  constructor(database: Database, changes: Changes) {
    this.#changes = changes;
    const ids = (table: string, ends: string): string =>
      `SELECT sync_id FROM ${table} WHERE sync_id >= ? AND sync_id < ? AND ${ends} > ?`;
    this.#messageIds = prepareReading(database, ids('message', 'expiry'));
    this.#operationIds = prepareReading(database, ids('operation', 'expires'));
    this.#message = prepareReading(
      database,
      `SELECT pubkey, namespace, hash, timestamp, base_expiry, stored_at, signed_at, signature, ed25519, subaccount,
         subaccount_sig, data FROM message JOIN box ON box.id = message.box WHERE sync_id = ?`,
    );
    this.#operation = prepareReading(database, 'SELECT request, at FROM operation WHERE sync_id = ?');
  }

  /** Of all that is not over, in the buckets from the one up to and without the other. In no order. */
  listSyncIds(bucketFrom: number, bucketTo: number, now: number): readonly Bytes[] {
    const values = [edgeOf(bucketFrom), edgeOf(bucketTo), now];
    const rows = [...this.#messageIds.all(values), ...this.#operationIds.all(values)];
    return rows.map((row) => asBytes(row['sync_id'] as Uint8Array));
  }

  /** What is still there of it. */
  readBySyncId(ids: readonly Bytes[]): readonly SyncItem[] {
    return ids.flatMap((syncId): readonly SyncItem[] => {
      const operation = this.#operation.get([syncId]);
      if (operation !== undefined) {
        const { request, at } = operation;
        return [{ kind: 'operation', syncId, operation: { request: String(request), at: Number(at) } }];
      }
      const message = this.#message.get([syncId]);
      return message === undefined ? [] : [{ kind: 'message', syncId, message: messageOf(message) }];
    });
  }

  /** Told of the ID of whatever comes or goes; also of what is undone afterwards. Returns how to stop it. */
  onChange(listener: ChangeListener): () => void {
    return this.#changes.listen(listener);
  }
}

/** Messages of an older version have none. */
export function fillSyncIds(database: Database): void {
  const missing = database.prepare(
    `SELECT position, pubkey, namespace, hash, timestamp, base_expiry, stored_at, signed_at
     FROM message JOIN box ON box.id = message.box WHERE sync_id IS NULL LIMIT ${FILL_ROWS}`,
    { persistent: false },
  );
  const fill = database.prepare('UPDATE message SET sync_id = ? WHERE position = ?', { persistent: false });
  for (let rows = missing.all(); rows.length > 0; rows = missing.all()) {
    database.exec('BEGIN');
    for (const row of rows) fill.run([messageSyncId(comparedOf(row)), Number(row['position'])]);
    database.exec('COMMIT');
  }
  missing.close();
  fill.close();
}

/** Bytes before all IDs of a bucket, and behind all of the one before it. */
export function edgeOf(bucket: number): Bytes {
  if (bucket >= SYNC_BUCKETS) return asBytes(new Uint8Array(17).fill(0xff));
  return asBytes(Uint8Array.of(bucket >> 8, bucket & 0xff));
}

function comparedOf(row: Row): Omit<SyncedMessage, 'data' | 'evidence'> {
  return {
    mailbox: asBytes(row['pubkey'] as Uint8Array),
    namespace: Number(row['namespace']),
    hash: String(row['hash']),
    timestamp: Number(row['timestamp']),
    baseExpiry: Number(row['base_expiry']),
    storedAt: Number(row['stored_at']),
    signedAt: Number(row['signed_at']),
  };
}

function messageOf(row: Row): SyncedMessage {
  const evidence = evidenceOf(row);
  const data = asBytes((row['data'] as Uint8Array | null) ?? new Uint8Array(0));
  return { ...comparedOf(row), data, ...(evidence === undefined ? {} : { evidence }) };
}

function evidenceOf(row: Row): RequestAuth | undefined {
  const bytes = (name: string): Bytes | undefined => {
    const value = row[name] as Uint8Array | null | undefined;
    return value === null || value === undefined ? undefined : asBytes(value);
  };
  const [signature, ed25519] = [bytes('signature'), bytes('ed25519')];
  if (signature === undefined) return undefined;
  const [token, tokenSignature] = [bytes('subaccount'), bytes('subaccount_sig')];
  return {
    signature,
    ...(ed25519 === undefined ? {} : { ed25519 }),
    ...(token === undefined || tokenSignature === undefined
      ? {}
      : { subaccount: { token, signature: tokenSignature } }),
  };
}
