import { BytesError, fromUtf8 } from '@sotto/bytes';
import { LocalApiError } from './errors.ts';
import { MAX_LINE_BYTES } from './limits.ts';

const NEWLINE = 0x0a;

/** What a line gets room for at first; a usual one fits. */
const FIRST_ROOM = 4 * 1024;

/**
 * Cuts a byte stream into lines of UTF-8. Holds at most one unfinished line, in one buffer that grows
 * with it, however small the pieces are; throws LocalApiError `line-too-long` or `bad-frame`, after
 * which it must not be used again.
 */
export class LineSplitter {
  #buffer = new Uint8Array(FIRST_ROOM);
  #held = 0;

  /** The lines that this piece completes, without their newlines. Empty lines are left out. */
  push(piece: Uint8Array): string[] {
    const lines: string[] = [];
    let rest = piece;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      this.#hold(rest.subarray(0, end));
      if (this.#held > 0) lines.push(this.#take());
      rest = rest.subarray(end + 1);
    }
    this.#hold(rest);
    return lines;
  }

  #hold(part: Uint8Array): void {
    const length = this.#held + part.length;
    if (length > MAX_LINE_BYTES) {
      this.#buffer = new Uint8Array(0);
      throw new LocalApiError('line-too-long', `a line may have ${MAX_LINE_BYTES} bytes`);
    }
    if (length > this.#buffer.length) this.#grow(length);
    // A copy, because sockets use their buffers again.
    this.#buffer.set(part, this.#held);
    this.#held = length;
  }

  /** Twice as large each time, so that a line in many pieces is not copied once for each. */
  #grow(length: number): void {
    const larger = new Uint8Array(Math.min(MAX_LINE_BYTES, Math.max(length, 2 * this.#buffer.length)));
    larger.set(this.#buffer.subarray(0, this.#held));
    this.#buffer = larger;
  }

  #take(): string {
    const line = this.#buffer.subarray(0, this.#held);
    this.#held = 0;
    try {
      return fromUtf8(line);
    } catch (error) {
      if (error instanceof BytesError) throw new LocalApiError('bad-frame', 'a line is not UTF-8');
      throw error;
    } finally {
      if (this.#buffer.length > FIRST_ROOM) this.#buffer = new Uint8Array(FIRST_ROOM);
    }
  }
}

/** Bytes of a line as UTF-8, without encoding it. */
export function lineBytes(line: string): number {
  let bytes = 0;
  for (let index = 0; index < line.length; index++) {
    const unit = line.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && isLow(line.charCodeAt(index + 1))) {
      bytes += 4;
      index += 1;
    } else bytes += 3;
  }
  return bytes;
}

function isLow(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
