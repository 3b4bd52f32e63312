import { nameOf, readName } from './ledger.ts';

interface SenderNotes {
  sent: number;
  readonly accepted: Set<number>;
  /** What came before the server was killed; it was acknowledged, or that was lost with the server. */
  readonly received: Set<number>;
  /** What came afterwards, the last one. */
  last: number;
  readonly back: Set<number>;
}

/** What a server kept that was killed in mid-run. */
export interface Kept {
  readonly accepted: number;
  /** Of these nobody had acknowledged any. */
  readonly held: number;
}

/**
 * What was accepted and reached nobody before the server was killed must come afterwards: exactly once, and in
 * its sender's order. What had come may come again, because its acknowledgement may have been under way.
 */
export class KillLedger {
  readonly #senders = new Map<number, SenderNotes>();
  #killed = false;

  next(sender: number): { readonly number: number; readonly text: string } {
    const number = this.#of(sender).sent++;
    return { number, text: nameOf(sender, number) };
  }

  accepted(sender: number, number: number): void {
    this.#of(sender).accepted.add(number);
  }

  get taken(): number {
    return [...this.#senders.values()].reduce((sum, { accepted }) => sum + accepted.size, 0);
  }

  killed(): void {
    this.#killed = true;
  }

  /** Throws on what comes twice, out of order, or was never sent. */
  received(text: string): void {
    const { sender, number } = readName(text);
    const notes = this.#senders.get(sender);
    if (notes === undefined || number >= notes.sent || text !== nameOf(sender, number)) {
      throw new Error('a message came that nobody had sent');
    }
    if (this.#killed) {
      if (number <= notes.last) throw new Error(`message ${number} of ${sender} came twice or out of order`);
      notes.last = number;
      notes.back.add(number);
    } else {
      if (number !== notes.received.size) {
        throw new Error(`message ${number} of ${sender} was lost, doubled or reordered`);
      }
      notes.received.add(number);
    }
  }

  /** Has this message of the sender come since? */
  isBack(sender: number, number: number): boolean {
    return this.#of(sender).back.has(number);
  }

  /** Throws when anything is missing. */
  judge(): Kept {
    let [lost, held] = [0, 0];
    for (const { accepted, received, back } of this.#senders.values()) {
      for (const number of accepted) {
        if (received.has(number)) continue;
        if (back.has(number)) held++;
        else lost++;
      }
    }
    if (lost > 0) throw new Error(`${lost} of ${lost + held} accepted messages were gone after a kill`);
    return { accepted: this.taken, held };
  }

  #of(sender: number): SenderNotes {
    const notes = this.#senders.get(sender) ?? {
      sent: 0,
      accepted: new Set(),
      received: new Set(),
      last: -1,
      back: new Set(),
    };
    this.#senders.set(sender, notes);
    return notes;
  }
}
