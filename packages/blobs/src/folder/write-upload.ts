import { type FileHandle, open } from 'node:fs/promises';
import type { AppendOutcome, ByteSource } from '../blob-store.ts';
import { CHECKPOINT_BYTES } from '../constants.ts';
import { BlobsError, isDiskFull } from '../errors.ts';
import type { UploadFile } from './upload-file.ts';

/** How a source ended. */
type Ending =
  | { readonly outcome: 'appended' }
  | { readonly outcome: 'interrupted'; readonly cause: unknown }
  | { readonly outcome: 'too-long' }
  | { readonly outcome: 'full' };

/** Write what a source has behind what is there, and sync it. One chunk of it is in memory at a time. */
export async function writeUpload(upload: UploadFile, source: ByteSource): Promise<AppendOutcome> {
  const file = await open(upload.path, 'r+');
  try {
    await dropUnsynced(file, upload);
    const writing = new UploadWriter(file, upload);
    const chunks = source[Symbol.asyncIterator]();
    let ending: Ending | undefined;
    try {
      while (ending === undefined) ending = await writing.take(chunks);
    } finally {
      await chunks.return?.();
    }
    const synced = await writing.checkpoint();
    return { ...(synced ? ending : { outcome: 'full' }), offset: upload.offset };
  } finally {
    await file.close();
  }
}

/** What lies behind the number in the name was written and not synced: a crash, or a full disk. */
async function dropUnsynced(file: FileHandle, upload: UploadFile): Promise<void> {
  const { size } = await file.stat();
  if (size < upload.offset) throw new BlobsError('not-stored', 'an upload has lost bytes that were synced');
  if (size > upload.offset) await file.truncate(upload.offset);
}

class UploadWriter {
  readonly #file: FileHandle;
  readonly #upload: UploadFile;
  #written: number;

  constructor(file: FileHandle, upload: UploadFile) {
    this.#file = file;
    this.#upload = upload;
    this.#written = upload.offset;
  }

  /** The next chunk. Undefined while there may be more. */
  async take(chunks: AsyncIterator<Uint8Array>): Promise<Ending | undefined> {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await chunks.next();
    } catch (cause) {
      return { outcome: 'interrupted', cause };
    }
    if (next.done === true) return { outcome: 'appended' };
    const room = this.#upload.terms.length - this.#written;
    if (!(await this.#write(next.value.subarray(0, room)))) return { outcome: 'full' };
    if (next.value.length > room) return { outcome: 'too-long' };
    if (this.#written - this.#upload.offset < CHECKPOINT_BYTES) return undefined;
    return (await this.checkpoint()) ? undefined : { outcome: 'full' };
  }

  /** Sync what was written, then say so in the name. False when the disk has no room for it after all. */
  async checkpoint(): Promise<boolean> {
    if (this.#written === this.#upload.offset) return true;
    try {
      await this.#file.sync();
      await this.#upload.moveTo(this.#written);
      return true;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      this.#written = this.#upload.offset;
      return false;
    }
  }

  /** False when the disk is full: then the chunk does not count, whatever there is of it. */
  async #write(chunk: Uint8Array): Promise<boolean> {
    try {
      for (let done = 0; done < chunk.length; ) {
        const { bytesWritten } = await this.#file.write(
          chunk,
          done,
          chunk.length - done,
          this.#written + done,
        );
        done += bytesWritten;
      }
      this.#written += chunk.length;
      return true;
    } catch (error) {
      if (!isDiskFull(error)) throw error;
      return false;
    }
  }
}
