import { asBytes, type Bytes } from '@sotto/bytes';
import { type Database, prepareReading } from '@sotto/database';
import type { Changes } from './changes.ts';
import type { SyncedMessage } from './messages.ts';
import { edgeOf } from './sync-store.ts';

/** Something that is here, and of which mailbox. */
export interface Held {
  readonly syncId: Bytes;
  readonly mailbox: Bytes;
}

/** What is here by mailbox, for when other members are to keep it. Reads see the last commit. */
export class Holdings {
  readonly #changes: Changes;
  readonly #mailboxes;
  readonly #messagesOf;
  readonly #operationsOf;
  readonly #messagesIn;
  readonly #operationsIn;
  readonly #signedThen;
  readonly #hasMessage;
  readonly #hasOperation;
  readonly #removeTargets;
  readonly #removeOperation;
  readonly #removeMessage;

  constructor(database: Database, changes: Changes) {
    this.#changes = changes;
    this.#mailboxes = prepareReading(
      database,
      `SELECT pubkey FROM box WHERE pubkey > ? UNION SELECT pubkey FROM owner WHERE pubkey > ?
       ORDER BY pubkey LIMIT ?`,
    );
    this.#messagesOf = prepareReading(
      database,
      'SELECT sync_id FROM message JOIN box ON box.id = box WHERE pubkey = ? AND expiry > ?',
    );
    this.#operationsOf = prepareReading(
      database,
      'SELECT sync_id FROM operation JOIN owner ON owner.id = owner WHERE pubkey = ? AND expires > ?',
    );
    this.#messagesIn = prepareReading(
      database,
      'SELECT sync_id, pubkey FROM message JOIN box ON box.id = box WHERE sync_id >= ? AND sync_id < ? AND expiry > ?',
    );
    this.#operationsIn = prepareReading(
      database,
      `SELECT sync_id, pubkey FROM operation JOIN owner ON owner.id = owner
       WHERE sync_id >= ? AND sync_id < ? AND expires > ?`,
    );
    this.#signedThen = prepareReading(
      database,
      `SELECT sync_id FROM message JOIN box ON box.id = box
       WHERE pubkey = ? AND namespace = ? AND signed_at = ? AND signed_at > 0 AND hash <> ?`,
    );
    this.#hasMessage = database.prepare('SELECT 1 FROM message WHERE sync_id = ?');
    this.#hasOperation = database.prepare('SELECT 1 FROM operation WHERE sync_id = ?');
    this.#removeTargets = database.prepare(
      'DELETE FROM operation_target WHERE operation IN (SELECT id FROM operation WHERE sync_id = ?)',
    );
    this.#removeOperation = database.prepare('DELETE FROM operation WHERE sync_id = ?');
    this.#removeMessage = database.prepare('DELETE FROM message WHERE sync_id = ?');
  }

  /** Of which something is here, ascending, behind this one. */
  mailboxes(after: Bytes | undefined, most: number): readonly Bytes[] {
    const behind = after ?? new Uint8Array(1);
    return this.#mailboxes.all([behind, behind, most]).map(({ pubkey }) => asBytes(pubkey as Uint8Array));
  }

  /** Of all of a mailbox that is not over. */
  idsOf(mailbox: Bytes, now: number): readonly Bytes[] {
    const rows = [...this.#messagesOf.all([mailbox, now]), ...this.#operationsOf.all([mailbox, now])];
    return rows.map((row) => asBytes(row['sync_id'] as Uint8Array));
  }

  /** As `SyncStore.listSyncIds`, with whose it is. */
  between(bucketFrom: number, bucketTo: number, now: number): readonly Held[] {
    const values = [edgeOf(bucketFrom), edgeOf(bucketTo), now];
    const rows = [...this.#messagesIn.all(values), ...this.#operationsIn.all(values)];
    return rows.map((row) => ({
      syncId: asBytes(row['sync_id'] as Uint8Array),
      mailbox: asBytes(row['pubkey'] as Uint8Array),
    }));
  }

  has(syncId: Bytes): boolean {
    return this.#hasMessage.get([syncId]) !== undefined || this.#hasOperation.get([syncId]) !== undefined;
  }

  /** What the same signature has stored into this box besides. */
  signedLike(message: Pick<SyncedMessage, 'mailbox' | 'namespace' | 'hash' | 'signedAt'>): readonly Bytes[] {
    const { mailbox, namespace, signedAt, hash } = message;
    const rows = this.#signedThen.all([mailbox, namespace, signedAt, hash]);
    return rows.map((row) => asBytes(row['sync_id'] as Uint8Array));
  }

  /** Inside `write`. It is no affair of this member any more. */
  forget(syncIds: readonly Bytes[]): void {
    for (const syncId of syncIds) {
      this.#removeTargets.run([syncId]);
      this.#removeOperation.run([syncId]);
      this.#removeMessage.run([syncId]);
      this.#changes.tell(syncId);
    }
  }
}
