import { type Bytes, toBase64, toHex } from '@sotto/bytes';
import { MAX_LEAD } from '../constants.ts';
import type { KeptMessage, MessageRows } from './message-rows.ts';
import { endOf, type Operation, type OperationTarget, SCOPE } from './operation.ts';
import type { OperationMemory } from './operation-memory.ts';
import type { OperationRows } from './operation-rows.ts';
import type { Room } from './room.ts';
import { lifeOf, reach, type Touch } from './touch.ts';

/** A message that an operation has touched. */
export interface Touched {
  readonly namespace: number;
  readonly hash: string;
  /** Of a deleted one what it was. */
  readonly expiry: number;
}

export interface OperationDone {
  /** `full`: it is about nothing that is here, and there is no room to remember it. */
  readonly outcome: 'done' | 'full';
  /** The time that it has got. */
  readonly at: number;
  /** What lived until then. */
  readonly deleted: readonly Touched[];
  /** What it was let change. */
  readonly updated: readonly Touched[];
  /** How many tokens it gave their rights back. */
  readonly restored: number;
}

export interface OperationTerms {
  /** When the swarm was told of it. */
  readonly at: number;
  /** Whether it counts for all that is here now: its time becomes later than theirs. */
  readonly overtakes: boolean;
}

export type ApplyOperationOutcome =
  | 'applied'
  /** It is here, with that time or a later one. */
  | 'known'
  /** What is here says as much and more, or it is among too many. */
  | 'superseded'
  /** No message can be left that it is about. */
  | 'over'
  /** Its time lies ahead; it may be good then. */
  | 'too-new'
  | 'full';

/** What the owners of mailboxes have asked for. Reads see the last commit; methods that write run inside the store's `write`. */
export class Operations {
  readonly #rows: OperationRows;
  readonly #memory: OperationMemory;
  readonly #messages: MessageRows;
  readonly #room: Room;

  constructor(rows: OperationRows, memory: OperationMemory, messages: MessageRows, room: Room) {
    this.#room = room;
    this.#rows = rows;
    this.#memory = memory;
    this.#messages = messages;
  }

  /**
   * `least`, or the first time that is later than all that the operation is about, to which another member's faster
   * clock may have given theirs: so it does what its owner means by it, whatever the clocks say.
   */
  timeFor(operation: Operation, least: number): number {
    if (operation.signedAt !== undefined) return operation.signedAt;
    const { mailbox, identity, targets } = operation;
    const owner = this.#rows.owner(mailbox);
    const order = toHex(identity);
    let at = Math.max(least, this.#rows.find(identity)?.at ?? 0);
    for (const { target, namespace } of targets) {
      const others = owner === undefined ? [] : this.#rows.under(owner.id, target);
      for (const other of others) if (other.order !== order) at = Math.max(at, other.at + 1);
      if (target === SCOPE) {
        const boxes = this.#messages.boxes(mailbox, namespace);
        for (const { id } of boxes) at = Math.max(at, this.#messages.newestIn(id) + 1);
      } else for (const { storedAt } of this.#messages.find(mailbox, target)) at = Math.max(at, storedAt + 1);
    }
    return at;
  }

  /** Inside `write`. Do what a client has asked for, and remember it. */
  run(operation: Operation, { at: given, overtakes }: OperationTerms, now: number): OperationDone {
    const at = overtakes ? this.timeFor(operation, given) : given;
    const revoked = this.#revokedAmong(operation);
    const { deleted, updated, moved, ends } = this.#touch(operation, at, now);
    const outcome = this.#memory.remember(operation, at, ends, this.#room.isLeft);
    for (const message of moved) this.#refold(operation.mailbox, message);
    return {
      outcome: outcome === 'full' ? 'full' : 'done',
      at,
      deleted: deleted.filter(({ expiry }) => expiry > now),
      updated,
      restored: revoked - this.#revokedAmong(operation),
    };
  }

  /** Inside `write`. Take one over from another member, after its signature was judged. */
  apply(operation: Operation, given: number, now: number): ApplyOperationOutcome {
    const at = operation.signedAt ?? given;
    if (at > now + MAX_LEAD) return 'too-new';
    if (endOf(operation, at) <= now) return 'over';
    if ((this.#rows.find(operation.identity)?.at ?? -1) >= at) return 'known';
    const { outcome } = this.run(operation, { at, overtakes: false }, now);
    if (outcome === 'full') return 'full';
    return this.#rows.find(operation.identity) === undefined ? 'superseded' : 'applied';
  }

  /** What is to be thought of for a message of this hash. */
  touching(mailbox: Bytes, hash: string): readonly Touch[] {
    return this.#rows.touching(mailbox, hash);
  }

  /** When the owner signed that a token counts no more; `undefined` when it counts. */
  revokedSince(mailbox: Bytes, token: Bytes): number | undefined {
    const owner = this.#rows.owner(mailbox);
    if (owner === undefined) return undefined;
    const [word] = this.#rows.under(owner.id, toBase64(token));
    return word?.mode === 'revoke' ? word.value : undefined;
  }

  /** Inside `write`. At most `SWEEP_ROWS` go; fewer means that none is left whose time is over. */
  sweep(now: number): number {
    return this.#rows.sweep(now);
  }

  /** Delete what is to be deleted, and find what is to get another expiry. */
  #touch(operation: Operation, at: number, now: number): TouchedAll {
    const all: TouchedAll = { deleted: [], updated: [], moved: [], ends: new Map() };
    const order = toHex(operation.identity);
    for (const target of operation.targets) {
      const touch: Touch = { ...target, at, order };
      for (const message of this.#messagesOf(operation.mailbox, target)) {
        if (touch.mode !== 'delete') collectMoved(all, message, touch, now);
        else {
          if (message.expiry > now) collectEnd(all, message, message.expiry);
          if (!lifeOf(message, [touch]).deleted) continue;
          this.#messages.remove(message);
          all.deleted.push(message);
        }
      }
    }
    return all;
  }

  #messagesOf(mailbox: Bytes, { target, mode, namespace }: OperationTarget): readonly KeptMessage[] {
    if (mode === 'revoke' || mode === 'unrevoke') return [];
    if (target !== SCOPE) return this.#messages.find(mailbox, target);
    return this.#messages.boxes(mailbox, namespace).flatMap(({ id }) => this.#messages.inBox(id));
  }

  #refold(mailbox: Bytes, message: KeptMessage): void {
    const { expiry } = lifeOf(message, this.#rows.touching(mailbox, message.hash));
    if (expiry !== message.expiry) this.#messages.setExpiry(message, expiry);
  }

  #revokedAmong({ mailbox, kind, targets }: Operation): number {
    const owner = kind === 'unrevoke_subaccount' ? this.#rows.owner(mailbox) : undefined;
    if (owner === undefined) return 0;
    const isRevoked = ({ target }: OperationTarget): boolean =>
      this.#rows.under(owner.id, target).some(({ mode }) => mode === 'revoke');
    return targets.filter(isRevoked).length;
  }
}

interface TouchedAll {
  readonly deleted: KeptMessage[];
  readonly updated: Touched[];
  /** Whose expiry is another one when this is remembered. */
  readonly moved: KeptMessage[];
  readonly ends: Map<string, number>;
}

/** A message that is over, and only not swept yet, is left as it is. */
function collectMoved(all: TouchedAll, message: KeptMessage, touch: Touch, now: number): void {
  const { namespace, hash, storedAt, baseExpiry, expiry } = message;
  if (expiry <= now) return;
  const to = reach(touch);
  collectEnd(all, message, Math.max(expiry, baseExpiry, to));
  if (storedAt >= touch.at) return;
  all.moved.push(message);
  const allowed = touch.mode === 'set' || (touch.mode === 'extend' ? to > expiry : to < expiry);
  if (allowed) all.updated.push({ namespace, hash, expiry: to });
}

function collectEnd({ ends }: TouchedAll, { hash }: KeptMessage, end: number): void {
  ends.set(hash, Math.max(end, ends.get(hash) ?? 0));
}
