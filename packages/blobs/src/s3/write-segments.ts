import type { AppendOutcome, ByteSource } from '../blob-store.ts';
import { SEGMENT_BYTES } from '../constants.ts';
import type { FoundUpload, Segment } from './find-upload.ts';

/** How segments reach the store. */
export interface SegmentStore {
  /** False when the store is full. */
  put(upload: FoundUpload, offset: number, bytes: Uint8Array): Promise<boolean>;
  get(segment: Segment): Promise<Uint8Array>;
}

/**
 * Add what a source has, in segments of `SEGMENT_BYTES`: one is in memory at a time. A last one that is short is taken
 * back and filled, so that there are never more of them than the length needs.
 */
export async function writeSegments(
  store: SegmentStore,
  upload: FoundUpload,
  source: ByteSource,
): Promise<AppendOutcome> {
  const writer = await SegmentWriter.resume(store, upload);
  const chunks = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await chunks.next();
      } catch (cause) {
        return await writer.end({ outcome: 'interrupted', cause });
      }
      if (next.done === true) return await writer.end({ outcome: 'appended' });
      const room = upload.terms.length - writer.taken;
      if (!(await writer.take(next.value.subarray(0, room)))) return writer.full();
      if (next.value.length > room) return await writer.end({ outcome: 'too-long' });
    }
  } finally {
    await chunks.return?.();
  }
}

class SegmentWriter {
  readonly #store: SegmentStore;
  readonly #upload: FoundUpload;
  readonly #buffer = Buffer.allocUnsafe(SEGMENT_BYTES);
  /** Where the segment in memory begins, and how much of it there is. */
  #start: number;
  #filled = 0;
  #stored: number;

  private constructor(store: SegmentStore, upload: FoundUpload, start: number) {
    this.#store = store;
    this.#upload = upload;
    this.#start = start;
    this.#stored = upload.offset;
  }

  static async resume(store: SegmentStore, upload: FoundUpload): Promise<SegmentWriter> {
    const last = upload.segments.at(-1);
    if (last === undefined || last.size >= SEGMENT_BYTES)
      return new SegmentWriter(store, upload, upload.offset);
    const writer = new SegmentWriter(store, upload, last.offset);
    writer.#buffer.set(await store.get(last));
    writer.#filled = last.size;
    return writer;
  }

  /** The offset behind everything that was taken, stored or not. */
  get taken(): number {
    return this.#start + this.#filled;
  }

  /** False when the store is full. */
  async take(chunk: Uint8Array): Promise<boolean> {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + SEGMENT_BYTES - this.#filled);
      this.#buffer.set(part, this.#filled);
      this.#filled += part.length;
      at += part.length;
      if (this.#filled < SEGMENT_BYTES) break;
      if (!(await this.#flush())) return false;
      this.#start += SEGMENT_BYTES;
      this.#filled = 0;
    }
    return true;
  }

  /** Store what is left, and say how it went. */
  async end<Ending extends object>(
    ending: Ending,
  ): Promise<(Ending & { offset: number }) | ReturnType<SegmentWriter['full']>> {
    return (await this.#flush()) ? { ...ending, offset: this.#stored } : this.full();
  }

  full(): { readonly outcome: 'full'; readonly offset: number } {
    return { outcome: 'full', offset: this.#stored };
  }

  async #flush(): Promise<boolean> {
    if (this.taken === this.#stored) return true;
    const bytes = this.#buffer.subarray(0, this.#filled);
    if (!(await this.#store.put(this.#upload, this.#start, bytes))) return false;
    this.#stored = this.taken;
    return true;
  }
}
