import type { Socket } from 'node:net';
import type { LinkRules, PartyName } from './link-rules.ts';

/** Bytes that wait in one direction of one connection; beyond them the sender is made to wait. */
const MAX_WAITING = 1024 * 1024;

interface Piece {
  readonly bytes: Buffer | 'end';
  readonly leaves: number;
}

interface FlowParts {
  readonly rules: LinkRules;
  readonly from: PartyName;
  readonly to: PartyName;
  readonly source: Socket;
  readonly target: Socket;
  /** The whole connection is to be cut, as a lost link would. */
  readonly cut: () => void;
}

/**
 * One direction of a connection. Bytes keep their order, as TCP's do; they may leave late, or not at all as
 * long as there is silence, and the end of the source is no news to the target before them.
 */
export class Flow {
  readonly #parts: FlowParts;
  readonly #waiting: Piece[] = [];
  #bytes = 0;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(parts: FlowParts) {
    this.#parts = parts;
    const { source, target } = parts;
    source.on('data', (bytes: Buffer) => this.#take(bytes));
    source.once('close', () => this.#take('end'));
    target.once('close', () => this.close());
  }

  /** A rule has ended. */
  pump(): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { rules, from, to, source, target } = this.#parts;
    for (let [piece] = this.#waiting; piece !== undefined; [piece] = this.#waiting) {
      const wait = piece.leaves - performance.now();
      if (wait > 0) {
        this.#timer = setTimeout(() => this.pump(), wait);
        return;
      }
      if (rules.isSilent(from, to)) return;
      this.#waiting.shift();
      if (piece.bytes === 'end') {
        target.destroy();
        return;
      }
      this.#bytes -= piece.bytes.length;
      target.write(piece.bytes);
    }
    if (source.isPaused() && this.#bytes < MAX_WAITING) source.resume();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
  }

  #take(bytes: Buffer | 'end'): void {
    if (this.#closed) return;
    const { rules, from, to, source, cut } = this.#parts;
    const treated = rules.treat(from, to);
    if (treated.treatment === 'cut') {
      cut();
      return;
    }
    const after = treated.treatment === 'pass' ? treated.after : 0;
    this.#last = Math.max(this.#last, performance.now() + after);
    this.#waiting.push({ bytes, leaves: this.#last });
    if (bytes !== 'end') this.#bytes += bytes.length;
    if (this.#bytes >= MAX_WAITING) source.pause();
    this.pump();
  }
}
