import { open, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { checkBlobKey } from '../blob-key.ts';
import type {
  AppendOutcome,
  BlobStore,
  BlobUse,
  Busy,
  ByteRange,
  ByteSource,
  CreateOutcome,
  FindOutcome,
  FinishOutcome,
  ReadOutcome,
  UploadTerms,
} from '../blob-store.ts';
import { asBlobsError, BlobsError, isDiskFull, isMissing } from '../errors.ts';
import { KeyLocks } from '../key-locks.ts';
import type { Room } from '../room.ts';
import { type BlobFile, describeFile } from './describe-file.ts';
import { expireFolder } from './expire-folder.ts';
import { type Layout, syncNames } from './layout.ts';
import { publishUpload } from './publish-upload.ts';
import { UploadFile } from './upload-file.ts';
import { writeUpload } from './write-upload.ts';

const ABSENT = { outcome: 'absent' } as const;

/** Blobs as files. What is acknowledged was synced, its name too. */
export class FolderBlobs implements BlobStore {
  readonly #layout: Layout;
  readonly #room: Room;
  readonly #locks = new KeyLocks();
  #open = true;

  /** The room must have been measured. */
  constructor(layout: Layout, room: Room) {
    this.#layout = layout;
    this.#room = room;
  }

  create(key: string, terms: UploadTerms): Promise<CreateOutcome> {
    return this.#hold(key, async () => {
      if ((await this.#blob(key)) !== undefined) return { outcome: 'exists' };
      await this.#dropUpload(key);
      if (!this.#room.take(terms.length)) return { outcome: 'full' };
      try {
        await UploadFile.create(this.#layout.upload(key), terms);
        return { outcome: 'created' };
      } catch (error) {
        this.#room.giveBack(terms.length);
        await UploadFile.drop(this.#layout.upload(key));
        if (isDiskFull(error)) return { outcome: 'full' };
        throw error;
      }
    });
  }

  append(key: string, offset: number, source: ByteSource): Promise<AppendOutcome> {
    return this.#hold(key, async () => {
      const upload = await this.#upload(key);
      if (upload === undefined) return ABSENT;
      if (upload.offset !== offset) return { outcome: 'wrong-offset', offset: upload.offset };
      return await writeUpload(upload, source);
    });
  }

  finish(key: string, length?: number): Promise<FinishOutcome> {
    return this.#hold(key, async () => {
      const blob = await this.#blob(key);
      if (blob !== undefined) return { outcome: 'finished', ...blob };
      const upload = await this.#upload(key);
      if (upload === undefined) return ABSENT;
      const { terms, offset } = upload;
      if (offset < (length ?? terms.length)) return { outcome: 'incomplete', offset };
      const published = await publishUpload(this.#layout, key, upload);
      if (published === 'published') {
        this.#room.giveBack(terms.length - offset);
        this.#room.countBlobs(1);
        const finished = await this.#blob(key);
        return finished === undefined ? ABSENT : { outcome: 'finished', ...finished };
      }
      if (published === 'wrong-checksum') await this.#dropUpload(key);
      return { outcome: published };
    });
  }

  find(key: string): Promise<FindOutcome> {
    return this.#guard(key, async () => {
      const blob = await this.#blob(key);
      if (blob !== undefined) return { outcome: 'finished', ...blob };
      const upload = await this.#upload(key);
      if (upload === undefined) return ABSENT;
      return { outcome: 'unfinished', offset: upload.offset, terms: upload.terms };
    });
  }

  read(key: string, range?: ByteRange): Promise<ReadOutcome> {
    return this.#guard(key, async () => {
      const file = await unlessMissing(open(this.#layout.blob(key), 'r'));
      if (file === undefined) return ABSENT;
      const part = range === undefined ? {} : { start: range.first, end: range.last };
      const blob = describeFile(await file.stat({ bigint: true }));
      return { outcome: 'found', ...blob, stream: file.createReadStream(part) };
    });
  }

  remove(key: string): ReturnType<BlobStore['remove']> {
    return this.#hold(key, async () => {
      const path = this.#layout.blob(key);
      const upload = await this.#dropUpload(key);
      const blob = await this.#removeBlob(path);
      if (blob) await syncNames(dirname(path));
      return upload || blob ? { outcome: 'removed' } : ABSENT;
    });
  }

  async expire(now: number): Promise<number> {
    return await this.#run(() =>
      expireFolder(this.#layout, now, {
        removeBlob: (path) => this.#removeBlob(path),
        removeUpload: async (key) => (await this.#locks.hold(key, () => this.#dropUpload(key))) === true,
      }),
    );
  }

  use(): BlobUse {
    return this.#room.use;
  }

  close(): void {
    this.#open = false;
  }

  /** Whether there was one. Its name may come back after a power cut until its folder is synced. */
  async #removeBlob(path: string): Promise<boolean> {
    const found = await unlessMissing(stat(path));
    if (found === undefined) return false;
    await unlink(path);
    this.#room.giveBack(found.size);
    this.#room.countBlobs(-1);
    return true;
  }

  /** Whether there was one. */
  async #dropUpload(key: string): Promise<boolean> {
    const upload = await this.#upload(key);
    await UploadFile.drop(this.#layout.upload(key));
    if (upload === undefined) return false;
    this.#room.giveBack(upload.terms.length);
    return true;
  }

  #upload(key: string): Promise<UploadFile | undefined> {
    return UploadFile.find(this.#layout.upload(key));
  }

  async #blob(key: string): Promise<BlobFile | undefined> {
    const found = await unlessMissing(stat(this.#layout.blob(key), { bigint: true }));
    return found === undefined ? undefined : describeFile(found);
  }

  #hold<Result>(key: string, work: () => Promise<Result>): Promise<Result | Busy> {
    return this.#guard(key, () => this.#locks.hold(key, work));
  }

  #guard<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    return this.#run(() => {
      checkBlobKey(key);
      return work();
    });
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (!this.#open) throw new BlobsError('closed', 'the blob store is closed');
    try {
      return await work();
    } catch (error) {
      throw asBlobsError(error);
    }
  }
}

async function unlessMissing<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}
