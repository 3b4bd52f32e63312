import { textOf } from '../text-of.ts';

/** Messages of one sender. */
const MOST = 1_000_000;

/**
 * Who has sent what to whom. A sender has one receiver, so the very next text of each is known; any other is
 * a lost, doubled or reordered message, and a server that makes one has no figure.
 */
export class Ledger {
  readonly #sent: number[] = [];
  readonly #accepted: number[] = [];
  readonly #received: number[] = [];

  /** The next text of this sender. */
  next(sender: number): string {
    const number = this.#sent[sender] ?? 0;
    this.#sent[sender] = number + 1;
    return nameOf(sender, number);
  }

  accepted(sender: number): void {
    this.#accepted[sender] = (this.#accepted[sender] ?? 0) + 1;
  }

  /** Who has sent it. Throws on anything but that sender's next text. */
  received(text: string): number {
    const { sender } = readName(text);
    const number = this.#received[sender] ?? 0;
    if (text !== nameOf(sender, number)) {
      throw new Error(`message ${number} of ${sender} was lost, doubled or reordered`);
    }
    this.#received[sender] = number + 1;
    return sender;
  }

  get delivered(): number {
    return sum(this.#received);
  }

  get taken(): number {
    return sum(this.#accepted);
  }

  /** Everything that was sent has been accepted and has arrived. */
  get settled(): boolean {
    const sent = sum(this.#sent);
    return sum(this.#received) === sent && sum(this.#accepted) === sent;
  }
}

/** The text of so manieth message of a sender. */
export function nameOf(sender: number, number: number): string {
  return textOf(sender * MOST + number);
}

/** Whose text this is, and which one. Nobody's when it is none. */
export function readName(text: string): { readonly sender: number; readonly number: number } {
  const name = Number(/^message (\d+) /.exec(text)?.[1]);
  return { sender: Math.floor(name / MOST), number: name % MOST };
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count = 0) => total + count, 0);
}
