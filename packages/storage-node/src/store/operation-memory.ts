import { type Bytes, toHex } from '@sotto/bytes';
import { MAX_REVOKED } from '@sotto/protocol';
import { REMEMBERED } from '../constants.ts';
import { endOf, type Operation, type OperationTarget, SCOPE } from './operation.ts';
import type { KeptTouch, OperationRows, OwnerRow } from './operation-rows.ts';
import { byTime, covers, type Touch, type TouchMode } from './touch.ts';

/** Until when the messages live, or lived, that an operation is about and that are here, by their hashes. */
export type KnownEnds = ReadonlyMap<string, number>;

/**
 * Which operations are remembered, so that a message which comes late, from a member that had not heard of them,
 * meets them. Alike at every member that is told the same, in whatever order.
 */
export class OperationMemory {
  readonly #rows: OperationRows;

  constructor(rows: OperationRows) {
    this.#rows = rows;
  }

  /**
   * Once for each operation, with the latest time that it had at any member. Of a hash that is unknown here the
   * longest life that it may have elsewhere is thought of, while there is room for such.
   */
  remember(operation: Operation, at: number, known: KnownEnds, hasRoom: boolean): 'remembered' | 'full' {
    const before = this.#rows.find(operation.identity);
    if (before !== undefined && before.at >= at) return 'remembered';
    const isKnown = ({ target }: OperationTarget): boolean =>
      target === SCOPE ? known.size > 0 : known.has(target);
    const targets = hasRoom ? operation.targets : operation.targets.filter(isKnown);
    if (targets.length === 0) return operation.targets.length === 0 ? 'remembered' : 'full';
    const ends = targets.map(({ target }) => known.get(target) ?? endOf(operation, at));
    const expires = ends.reduce((one, other) => Math.max(one, other), before?.expires ?? 0);
    // Again with all its targets: what said as much as its earlier time may say less than the later one.
    if (before !== undefined) this.#rows.remove(before.id);
    const owner = this.#rows.addOwner(operation.mailbox);
    const id = this.#rows.insert(owner.id, operation, at, expires);
    const order = toHex(operation.identity);
    const taken = targets.filter((target) => this.#addTarget(owner, id, target, { ...target, at, order }));
    if (taken.length === 0) this.#rows.remove(id);
    this.#keepWithin(operation, id);
    return 'remembered';
  }

  /** Whether it says anything that what is there does not; what says no more than this one goes. */
  #addTarget(owner: OwnerRow, operation: number, target: OperationTarget, touch: Touch): boolean {
    const others = this.#rows.under(owner.id, target.target);
    if (others.some((other) => covers(other, touch))) return false;
    this.#rows.addTarget(owner.id, operation, target);
    const left = others.filter((other) => !covers(touch, other));
    for (const other of others) {
      if (left.includes(other)) continue;
      // What that one had to keep away for so long, this one has to.
      this.#rows.prolong(operation, other.expires);
      this.#rows.removeTarget(owner.id, target.target, other.operation);
    }
    const most = target.target === SCOPE ? REMEMBERED.scopes : REMEMBERED.expiries;
    if (left.length >= most) this.#dropOldest(owner, this.#rows.under(owner.id, target.target), target, most);
    return true;
  }

  #dropOldest(owner: OwnerRow, all: readonly KeptTouch[], { target }: OperationTarget, most: number): void {
    for (const { operation } of [...all].sort(byTime).slice(0, all.length - most)) {
      this.#rows.removeTarget(owner.id, target, operation);
    }
  }

  #keepWithin({ mailbox, kind }: Operation, newest: number): void {
    if (kind === 'revoke_subaccount') this.#keepTokens(mailbox, 'revoke');
    if (kind === 'unrevoke_subaccount') this.#keepTokens(mailbox, 'unrevoke');
    for (;;) {
      const owner = this.#rows.owner(mailbox);
      if (owner === undefined) return;
      if (owner.targets <= REMEMBERED.targets && owner.bytes <= REMEMBERED.bytes) return;
      const oldest = this.#rows.oldest(owner.id, newest);
      if (oldest === undefined) return;
      this.#rows.remove(oldest);
    }
  }

  /** The newest by when they were signed. */
  #keepTokens(mailbox: Bytes, mode: TouchMode): void {
    const owner = this.#rows.owner(mailbox);
    if (owner === undefined) return;
    const all = this.#rows.withMode(owner.id, mode);
    const newestFirst = [...all].sort(
      (one, other) => (other.value ?? 0) - (one.value ?? 0) || (one.target < other.target ? 1 : -1),
    );
    for (const { target, operation } of newestFirst.slice(MAX_REVOKED)) {
      this.#rows.removeTarget(owner.id, target, operation);
    }
  }
}
