import type { Duplex } from 'node:stream';

/**
 * Messages in parts, many at a time over one stream: `length u32 ‖ id u32 ‖ kind u8 ‖ payload`, big endian,
 * where `length` counts what follows it. Every part but a message's last has `MORE` in its kind and exactly
 * `PART_BYTES` of payload (docs/spec/storage-node.md, Frames).
 */
export interface Part {
  readonly id: number;
  readonly kind: number;
  readonly more: boolean;
  /** Shares memory with what it was read from. */
  readonly payload: Buffer;
}

/** What one part carries at most. A longer message takes turns with the others. */
export const PART_BYTES = 64 * 1024;

const MORE = 0x80;
const LENGTH_BYTES = 4;
const HEAD_BYTES = LENGTH_BYTES + 5;
const LONGEST = HEAD_BYTES + PART_BYTES;

/** What is written at once; what comes together goes out together. */
const BATCH_BYTES = 256 * 1024;

/** Takes parts out of the bytes of a stream. */
export class PartReader {
  readonly #took: (part: Part) => void;
  #rest: Buffer[] = [];
  #length = 0;

  constructor(took: (part: Part) => void) {
    this.#took = took;
  }

  /** False when the bytes break the rules; nothing further is to be read then. */
  push(chunk: Buffer): boolean {
    let bytes = chunk;
    if (this.#length > 0) {
      this.#rest.push(chunk);
      this.#length += chunk.length;
      const [first = chunk] = this.#rest;
      // A part may come in many small pieces: they are joined when it is whole.
      if (first.length >= LENGTH_BYTES && this.#length < LENGTH_BYTES + first.readUInt32BE(0)) return true;
      bytes = Buffer.concat(this.#rest, this.#length);
    }
    let at = 0;
    while (bytes.length - at >= LENGTH_BYTES) {
      const end = at + LENGTH_BYTES + bytes.readUInt32BE(at);
      if (end - at > LONGEST || end - at < HEAD_BYTES) return false;
      if (end > bytes.length) break;
      const kind = bytes[at + HEAD_BYTES - 1] as number;
      const payload = bytes.subarray(at + HEAD_BYTES, end);
      const more = (kind & MORE) !== 0;
      if (more && payload.length !== PART_BYTES) return false;
      this.#took({ id: bytes.readUInt32BE(at + LENGTH_BYTES), kind: kind & ~MORE, more, payload });
      at = end;
    }
    this.#length = bytes.length - at;
    this.#rest = this.#length === 0 ? [] : [bytes.subarray(at)];
    return true;
  }
}

interface Outgoing {
  readonly id: number;
  readonly kind: number;
  readonly bytes: Uint8Array;
  at: number;
  /** Called when the last of it was handed to the stream, or never will be. */
  readonly gone: (() => void) | undefined;
}

export interface PartWriterOptions {
  /** Nothing of what was written has been read for so long. Milliseconds. */
  readonly patience: number;
  stalled(): void;
  /** All of it was handed to the stream. */
  emptied?(): void;
}

/** Puts messages on a stream, each in its turn, as fast as the other end reads. */
export class PartWriter {
  readonly #stream: Duplex;
  readonly #options: PartWriterOptions;
  readonly #queue = new Set<Outgoing>();
  #scheduled = false;
  #blocked: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(stream: Duplex, options: PartWriterOptions) {
    this.#stream = stream;
    this.#options = options;
    stream.once('close', () => this.#drop());
  }

  /** Messages that were not handed to the stream whole. */
  get waiting(): number {
    return this.#queue.size;
  }

  send(id: number, kind: number, bytes: Uint8Array, gone?: () => void): void {
    if (this.#ended) {
      gone?.();
      return;
    }
    this.#queue.add({ id, kind, bytes, at: 0, gone });
    if (this.#scheduled || this.#blocked !== undefined) return;
    this.#scheduled = true;
    // What is answered in the same turn of the event loop goes out in one write.
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    while (this.#queue.size > 0 && this.#blocked === undefined && !this.#ended) {
      if (this.#stream.write(this.#nextBatch())) continue;
      const { patience, stalled } = this.#options;
      this.#blocked = setTimeout(stalled, patience);
      this.#blocked.unref();
      this.#stream.once('drain', () => {
        clearTimeout(this.#blocked);
        this.#blocked = undefined;
        this.#flush();
      });
    }
    if (this.#queue.size === 0) this.#options.emptied?.();
  }

  #nextBatch(): Buffer {
    const pieces: Uint8Array[] = [];
    let size = 0;
    for (const one of this.#queue) {
      if (size >= BATCH_BYTES) break;
      this.#queue.delete(one);
      const payload = one.bytes.subarray(one.at, one.at + PART_BYTES);
      one.at += payload.length;
      const more = one.at < one.bytes.length;
      pieces.push(headOf(one, payload.length, more), payload);
      size += HEAD_BYTES + payload.length;
      // At the end of the queue, behind those who wait: it comes up again in this very loop if nobody does.
      if (more) this.#queue.add(one);
      else one.gone?.();
    }
    return Buffer.concat(pieces, size);
  }

  #drop(): void {
    this.#ended = true;
    clearTimeout(this.#blocked);
    for (const { gone } of this.#queue) gone?.();
    this.#queue.clear();
  }
}

function headOf({ id, kind }: Outgoing, length: number, more: boolean): Buffer {
  const head = Buffer.allocUnsafe(HEAD_BYTES);
  head.writeUInt32BE(HEAD_BYTES - LENGTH_BYTES + length, 0);
  head.writeUInt32BE(id, LENGTH_BYTES);
  head[HEAD_BYTES - 1] = more ? kind | MORE : kind;
  return head;
}

/** A message of which parts are still to come. */
export class PartialMessage {
  readonly #parts: Buffer[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  add(payload: Buffer): void {
    this.#parts.push(payload);
    this.#length += payload.length;
  }

  whole(): Buffer {
    return this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts, this.#length);
  }
}
