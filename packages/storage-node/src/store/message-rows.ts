import { asBytes, type Bytes } from '@sotto/bytes';
import { type Database, prepareReading } from '@sotto/database';
import type { RequestAuth } from '@sotto/protocol';
import { SWEEP_ROWS } from '../constants.ts';
import type { Changes } from './changes.ts';
import { messageSyncId } from './operation.ts';
import type { Lived } from './touch.ts';

export type Row = NonNullable<ReturnType<ReturnType<Database['prepare']>['get']>>;

/** What is kept of a message, without its data. Times are milliseconds. */
export interface KeptMessage extends Lived {
  readonly position: number;
  readonly hash: string;
  /** `baseExpiry` after what its owner has asked for. */
  readonly expiry: number;
  /** When its owner signed it; 0 where anyone stores. */
  readonly signedAt: number;
  readonly syncId: Bytes;
}

/** What changes of a message that is kept. */
export interface MessageState extends Lived {
  readonly mailbox: Bytes;
  readonly hash: string;
  readonly expiry: number;
  readonly signedAt: number;
  /** The signature that allowed it, where one is needed: with it any member can judge it again. */
  readonly evidence?: RequestAuth | undefined;
}

export interface BoxRow {
  readonly id: number;
  readonly namespace: number;
  readonly messages: number;
  readonly bytes: number;
}

const KEPT = 'position, namespace, timestamp, expiry, base_expiry, stored_at, signed_at, sync_id';

/** The rows of messages and their boxes; whoever changes one tells the others' sync of it. */
export class MessageRows {
  readonly #changes: Changes;
  readonly #box;
  readonly #boxes;
  readonly #addBox;
  readonly #find;
  readonly #findIn;
  readonly #inBox;
  readonly #newest;
  readonly #insert;
  readonly #update;
  readonly #move;
  readonly #setExpiry;
  readonly #remove;
  readonly #sweep;
  constructor(database: Database, changes: Changes) {
    this.#changes = changes;
    const box = 'SELECT id, namespace, messages, bytes FROM box WHERE pubkey = ?';
    this.#box = database.prepare(`${box} AND namespace = ?`);
    this.#boxes = database.prepare(box);
    this.#addBox = database.prepare(
      'INSERT INTO box (pubkey, namespace) VALUES (?, ?) RETURNING id, namespace, messages, bytes',
    );
    const kept = `SELECT ${KEPT} FROM message JOIN box ON box.id = message.box`;
    // Joined with its box, because a hash counts only for the mailbox whose owner has signed.
    this.#find = database.prepare(`${kept} WHERE hash = ? AND pubkey = ?`);
    this.#findIn = database.prepare(`${kept} WHERE hash = ? AND box = ?`);
    this.#inBox = prepareReading(
      database,
      `SELECT hash, ${KEPT} FROM message JOIN box ON box.id = box WHERE box = ?`,
    );
    this.#newest = database.prepare('SELECT max(stored_at) AS newest FROM message WHERE box = ?');
    // The driver binds no bytes as NULL, and a message may be empty.
    this.#insert = database.prepare(
      `INSERT INTO message (box, hash, timestamp, expiry, base_expiry, stored_at, signed_at, sync_id,
         signature, ed25519, subaccount, subaccount_sig, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, coalesce(?, x''))`,
    );
    const times = 'timestamp = ?, expiry = ?, base_expiry = ?, stored_at = ?, signed_at = ?, sync_id = ?';
    this.#move = database.prepare(`UPDATE message SET ${times} WHERE position = ?`);
    this.#update = database.prepare(
      `UPDATE message SET ${times}, signature = ?, ed25519 = ?, subaccount = ?, subaccount_sig = ?
       WHERE position = ?`,
    );
    this.#setExpiry = database.prepare('UPDATE message SET expiry = ? WHERE position = ?');
    this.#remove = database.prepare('DELETE FROM message WHERE position = ?');
    this.#sweep = prepareReading(
      database,
      `DELETE FROM message WHERE position IN (SELECT position FROM message WHERE expiry <= ? LIMIT ${SWEEP_ROWS})
       RETURNING sync_id`,
    );
  }

  box(mailbox: Bytes, namespace: number): BoxRow | undefined {
    const row = this.#box.get([mailbox, namespace]);
    return row === undefined ? undefined : boxOf(row);
  }

  /** All of a mailbox, or the one of a namespace. */
  boxes(mailbox: Bytes, namespace?: number): readonly BoxRow[] {
    if (namespace === undefined) return this.#boxes.all([mailbox]).map(boxOf);
    const box = this.box(mailbox, namespace);
    return box === undefined ? [] : [box];
  }

  addBox(mailbox: Bytes, namespace: number): BoxRow {
    return boxOf(this.#addBox.get([mailbox, namespace]) as Row);
  }

  /** In whichever box of the mailbox. */
  find(mailbox: Bytes, hash: string): readonly KeptMessage[] {
    return this.#find.all([hash, mailbox]).map((row) => keptOf(row, hash));
  }

  findIn(box: number, hash: string): KeptMessage | undefined {
    const row = this.#findIn.get([hash, box]);
    return row === undefined ? undefined : keptOf(row, hash);
  }

  inBox(box: number): readonly KeptMessage[] {
    return this.#inBox.all([box]).map((row) => keptOf(row, String(row['hash'])));
  }

  /** When the last one was stored; 0 in an empty box. */
  newestIn(box: number): number {
    return Number(this.#newest.get([box])?.['newest'] ?? 0);
  }

  insert(box: number, state: MessageState, data: Bytes): void {
    const { hash, timestamp, expiry, baseExpiry, storedAt, signedAt, evidence } = state;
    const syncId = messageSyncId(state);
    const times = [timestamp, expiry, baseExpiry, storedAt, signedAt];
    this.#insert.run([box, hash, ...times, syncId, ...columnsOf(evidence), data]);
    this.#changes.tell(syncId);
  }

  update(kept: KeptMessage, state: MessageState): void {
    const { timestamp, expiry, baseExpiry, storedAt, signedAt, evidence } = state;
    const syncId = messageSyncId(state);
    const times = [timestamp, expiry, baseExpiry, storedAt, signedAt];
    this.#update.run([...times, syncId, ...columnsOf(evidence), kept.position]);
    this.#changes.tell(kept.syncId);
    this.#changes.tell(syncId);
  }

  /** Without another signature. */
  move(kept: KeptMessage, state: MessageState): void {
    const { timestamp, expiry, baseExpiry, storedAt, signedAt } = state;
    const syncId = messageSyncId(state);
    this.#move.run([timestamp, expiry, baseExpiry, storedAt, signedAt, syncId, kept.position]);
    this.#changes.tell(kept.syncId);
    this.#changes.tell(syncId);
  }

  /** What members compare stays: an expiry follows from the operations. */
  setExpiry(kept: KeptMessage, expiry: number): void {
    this.#setExpiry.run([expiry, kept.position]);
  }

  remove({ position, syncId }: KeptMessage): void {
    this.#remove.run([position]);
    this.#changes.tell(syncId);
  }

  /** How many went. */
  sweep(now: number): number {
    const swept = this.#sweep.all([now]);
    for (const row of swept) this.#changes.tell(asBytes(row['sync_id'] as Uint8Array));
    return swept.length;
  }
}

function boxOf(row: Row): BoxRow {
  const number = (name: string): number => Number(row[name]);
  return {
    id: number('id'),
    namespace: number('namespace'),
    messages: number('messages'),
    bytes: number('bytes'),
  };
}

function keptOf(row: Row, hash: string): KeptMessage {
  const number = (name: string): number => Number(row[name]);
  return {
    position: number('position'),
    namespace: number('namespace'),
    hash,
    timestamp: number('timestamp'),
    expiry: number('expiry'),
    baseExpiry: number('base_expiry'),
    storedAt: number('stored_at'),
    signedAt: number('signed_at'),
    syncId: asBytes(row['sync_id'] as Uint8Array),
  };
}

function columnsOf(evidence: RequestAuth | undefined): (Bytes | null)[] {
  const { signature, ed25519, subaccount } = evidence ?? {};
  return [signature ?? null, ed25519 ?? null, subaccount?.token ?? null, subaccount?.signature ?? null];
}
