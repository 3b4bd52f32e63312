import { asBytes, type Bytes, toHex } from '@sotto/bytes';
import { type Database, prepareReading } from '@sotto/database';
import { SWEEP_ROWS } from '../constants.ts';
import type { Changes } from './changes.ts';
import type { Row } from './message-rows.ts';
import { type Operation, type OperationTarget, operationSyncId, SCOPE } from './operation.ts';
import type { Touch, TouchMode } from './touch.ts';

/** An operation that is remembered. */
export interface KeptOperation {
  readonly id: number;
  readonly at: number;
  readonly expires: number;
  readonly syncId: Bytes;
}

/** What is remembered under one hash, scope or token. */
export interface KeptTouch extends Touch {
  readonly operation: number;
  readonly target: string;
  /** Until when its operation is remembered. */
  readonly expires: number;
}

export interface OwnerRow {
  readonly id: number;
  readonly targets: number;
  readonly bytes: number;
}

const TOUCH = `SELECT t.operation, t.target, t.mode, t.namespace, t.value, o.at, o.expires, o.identity
  FROM operation_target t JOIN operation o ON o.id = t.operation`;

/** The rows of remembered operations; whoever changes one tells the others' sync of it. */
export class OperationRows {
  readonly #changes: Changes;
  readonly #owner;
  readonly #addOwner;
  readonly #touching;
  readonly #under;
  readonly #withMode;
  readonly #find;
  readonly #insert;
  readonly #prolong;
  readonly #addTarget;
  readonly #removeTarget;
  readonly #anyTarget;
  readonly #removeTargets;
  readonly #remove;
  readonly #oldest;
  readonly #ended;

  constructor(database: Database, changes: Changes) {
    this.#changes = changes;
    this.#owner = database.prepare('SELECT id, targets, bytes FROM owner WHERE pubkey = ?');
    this.#addOwner = database.prepare('INSERT INTO owner (pubkey) VALUES (?) RETURNING id, targets, bytes');
    this.#touching = database.prepare(
      `${TOUCH} JOIN owner ON owner.id = t.owner WHERE owner.pubkey = ? AND t.target IN (?, '${SCOPE}')`,
    );
    this.#under = database.prepare(`${TOUCH} WHERE t.owner = ? AND t.target = ?`);
    this.#withMode = prepareReading(database, `${TOUCH} WHERE t.owner = ? AND t.mode = ?`);
    this.#find = database.prepare('SELECT id, at, expires, sync_id FROM operation WHERE identity = ?');
    this.#insert = database.prepare(
      `INSERT INTO operation (owner, kind, identity, at, expires, sync_id, request)
       VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,
    );
    this.#prolong = database.prepare('UPDATE operation SET expires = max(expires, ?) WHERE id = ?');
    this.#addTarget = database.prepare(
      'INSERT INTO operation_target (owner, target, operation, mode, namespace, value) VALUES (?, ?, ?, ?, ?, ?)',
    );
    this.#removeTarget = database.prepare(
      'DELETE FROM operation_target WHERE owner = ? AND target = ? AND operation = ?',
    );
    this.#anyTarget = database.prepare('SELECT 1 FROM operation_target WHERE operation = ? LIMIT 1');
    this.#removeTargets = database.prepare('DELETE FROM operation_target WHERE operation = ?');
    this.#remove = database.prepare('DELETE FROM operation WHERE id = ? RETURNING sync_id');
    this.#oldest = database.prepare(
      `SELECT id FROM operation WHERE owner = ? AND id <> ? AND kind NOT LIKE '%revoke_subaccount'
       ORDER BY at, identity LIMIT 1`,
    );
    this.#ended = database.prepare(`SELECT id FROM operation WHERE expires <= ? LIMIT ${SWEEP_ROWS}`);
  }

  owner(mailbox: Bytes): OwnerRow | undefined {
    const row = this.#owner.get([mailbox]);
    return row === undefined ? undefined : ownerOf(row);
  }

  addOwner(mailbox: Bytes): OwnerRow {
    return this.owner(mailbox) ?? ownerOf(this.#addOwner.get([mailbox]) as Row);
  }

  /** All that may be about a message: what names its hash, and what is about whole namespaces. */
  touching(mailbox: Bytes, hash: string): readonly KeptTouch[] {
    return this.#touching.all([mailbox, hash]).map(touchOf);
  }

  under(owner: number, target: string): readonly KeptTouch[] {
    return this.#under.all([owner, target]).map(touchOf);
  }

  withMode(owner: number, mode: TouchMode): readonly KeptTouch[] {
    return this.#withMode.all([owner, mode]).map(touchOf);
  }

  find(identity: Bytes): KeptOperation | undefined {
    const row = this.#find.get([identity]);
    if (row === undefined) return undefined;
    const syncId = asBytes(row['sync_id'] as Uint8Array);
    return { id: Number(row['id']), at: Number(row['at']), expires: Number(row['expires']), syncId };
  }

  insert(owner: number, operation: Operation, at: number, expires: number): number {
    const { kind, identity, text } = operation;
    const syncId = operationSyncId(identity, at);
    const row = this.#insert.get([owner, kind, identity, at, expires, syncId, text]);
    this.#changes.tell(syncId);
    return Number(row?.['id']);
  }

  prolong(id: number, expires: number): void {
    this.#prolong.run([expires, id]);
  }

  addTarget(owner: number, operation: number, target: OperationTarget): void {
    const { mode, namespace = null, value = null } = target;
    this.#addTarget.run([owner, target.target, operation, mode, namespace, value]);
  }

  /** With its last target an operation goes. */
  removeTarget(owner: number, target: string, operation: number): void {
    this.#removeTarget.run([owner, target, operation]);
    if (this.#anyTarget.get([operation]) === undefined) this.remove(operation);
  }

  remove(operation: number): void {
    this.#removeTargets.run([operation]);
    const row = this.#remove.get([operation]);
    if (row !== undefined) this.#changes.tell(asBytes(row['sync_id'] as Uint8Array));
  }

  /** The first that goes when there is too much, other than `beside`; revocations have a bound of their own. */
  oldest(owner: number, beside: number): number | undefined {
    const row = this.#oldest.get([owner, beside]);
    return row === undefined ? undefined : Number(row['id']);
  }

  /** How many went. */
  sweep(now: number): number {
    const ended = this.#ended.all([now]).map((row) => Number(row['id']));
    for (const id of ended) this.remove(id);
    return ended.length;
  }
}

function ownerOf(row: Row): OwnerRow {
  return { id: Number(row['id']), targets: Number(row['targets']), bytes: Number(row['bytes']) };
}

function touchOf(row: Row): KeptTouch {
  const { namespace, value } = row;
  return {
    operation: Number(row['operation']),
    target: String(row['target']),
    mode: String(row['mode']) as TouchMode,
    at: Number(row['at']),
    expires: Number(row['expires']),
    order: toHex(row['identity'] as Uint8Array),
    ...(namespace === null || namespace === undefined ? {} : { namespace: Number(namespace) }),
    ...(value === null || value === undefined ? {} : { value: Number(value) }),
  };
}
