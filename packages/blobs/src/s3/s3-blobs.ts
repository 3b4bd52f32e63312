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
import { BlobsError } from '../errors.ts';
import { KeyLocks } from '../key-locks.ts';
import type { Room } from '../room.ts';
import { describeObject, type ObjectFacts } from './describe-object.ts';
import { expireBucket } from './expire-bucket.ts';
import { type FoundUpload, findUpload, type KeyObjects, type Segment } from './find-upload.ts';
import { publishSegments } from './publish-segments.ts';
import { removeObjects } from './remove-objects.ts';
import type { S3Answer, S3Client } from './s3-client.ts';
import type { S3Layout } from './s3-layout.ts';
import { type SegmentStore, writeSegments } from './write-segments.ts';

const ABSENT = { outcome: 'absent' } as const;
const NOTHING = new Uint8Array(0);

/** Blobs as objects of a bucket. What is acknowledged, the store has acknowledged. */
export class S3Blobs implements BlobStore {
  readonly #client: S3Client;
  readonly #layout: S3Layout;
  readonly #room: Room;
  readonly #locks = new KeyLocks();
  readonly #segments: SegmentStore;
  #open = true;

  constructor(client: S3Client, layout: S3Layout, room: Room) {
    this.#client = client;
    this.#layout = layout;
    this.#room = room;
    this.#segments = {
      put: ({ id }, offset, bytes) => this.#put(layout.segment(id, offset), bytes),
      get: (segment) => this.#getSegment(segment),
    };
  }

  create(key: string, terms: UploadTerms): Promise<CreateOutcome> {
    return this.#hold(key, async () => {
      if ((await this.#blob(key)) !== undefined) return { outcome: 'exists' };
      await this.#dropUpload(key);
      if (!this.#room.take(terms.length)) return { outcome: 'full' };
      const upload = this.#layout.newUpload(key, terms.createdAt);
      if (await this.#put(this.#layout.terms(upload, terms), NOTHING)) return { outcome: 'created' };
      this.#room.giveBack(terms.length);
      return { outcome: 'full' };
    });
  }

  append(key: string, offset: number, source: ByteSource): Promise<AppendOutcome> {
    return this.#hold(key, async () => {
      const { upload } = await this.#uploads(key);
      if (upload === undefined) return ABSENT;
      if (upload.offset !== offset) return { outcome: 'wrong-offset', offset: upload.offset };
      return await writeSegments(this.#segments, upload, source);
    });
  }

  finish(key: string, length?: number): Promise<FinishOutcome> {
    return this.#hold(key, async () => {
      const blob = await this.#blob(key);
      if (blob !== undefined) return { outcome: 'finished', ...blob };
      const { upload } = await this.#uploads(key);
      if (upload === undefined) return ABSENT;
      const { terms, offset } = upload;
      if (offset < (length ?? terms.length)) return { outcome: 'incomplete', offset };
      const published = await this.#publish(key, upload);
      if (published === 'full') return { outcome: 'full' };
      if (published === 'wrong-checksum') {
        await this.#dropUpload(key);
        return { outcome: 'wrong-checksum' };
      }
      this.#room.giveBack(terms.length - offset);
      this.#room.countBlobs(1);
      // What is left of it after a crash here is removed with what is too old.
      await this.#removeUploads(key);
      const finished = await this.#blob(key);
      return finished === undefined ? ABSENT : { outcome: 'finished', ...finished };
    });
  }

  find(key: string): Promise<FindOutcome> {
    return this.#guard(key, async () => {
      const blob = await this.#blob(key);
      if (blob !== undefined) return { outcome: 'finished', ...blob };
      const { upload } = await this.#uploads(key);
      if (upload === undefined) return ABSENT;
      return { outcome: 'unfinished', offset: upload.offset, terms: upload.terms };
    });
  }

  read(key: string, range?: ByteRange): Promise<ReadOutcome> {
    return this.#guard(key, async () => {
      const headers = range === undefined ? {} : { range: `bytes=${range.first}-${range.last}` };
      const answer = await this.#client.send({ method: 'GET', object: this.#layout.blob(key), headers });
      if (answer.status === 404) {
        await answer.body.dump();
        return ABSENT;
      }
      if (answer.status !== (range === undefined ? 200 : 206)) throw await this.#client.unexpected(answer);
      return { outcome: 'found', ...describeObject(answer), stream: answer.body };
    });
  }

  remove(key: string): ReturnType<BlobStore['remove']> {
    return this.#hold(key, async () => {
      const upload = await this.#dropUpload(key);
      const blob = await this.#blob(key);
      if (blob !== undefined) {
        await removeObjects(this.#client, [this.#layout.blob(key)]);
        this.#room.giveBack(blob.size);
        this.#room.countBlobs(-1);
      }
      return upload || blob !== undefined ? { outcome: 'removed' } : ABSENT;
    });
  }

  /** Counts what there is, too: a bucket may be changed by others, and until the first call nobody has looked. */
  expire(now: number): Promise<number> {
    return this.#run(async () => {
      const before = this.#room.use;
      const remove = async (key: string, name: string): Promise<boolean> => {
        const removed = await this.#locks.hold(key, () => removeObjects(this.#client, [name]));
        return removed === undefined;
      };
      const { removed, use } = await expireBucket(this.#client, this.#layout, { now, remove });
      const since = this.#room.use;
      this.#room.set({
        blobs: use.blobs + since.blobs - before.blobs,
        bytes: use.bytes + since.bytes - before.bytes,
      });
      return removed;
    });
  }

  use(): BlobUse {
    return this.#room.use;
  }

  close(): void {
    this.#open = false;
    this.#client.close();
  }

  async #publish(key: string, upload: FoundUpload): Promise<'published' | 'wrong-checksum' | 'full'> {
    const answer = await publishSegments(this.#client, this.#layout.blob(key), upload);
    if (answer === 'wrong-checksum') return answer;
    return (await this.#wasStored(answer)) ? 'published' : 'full';
  }

  /** False when the store is full. */
  async #put(object: string, body: Uint8Array): Promise<boolean> {
    return await this.#wasStored(await this.#client.send({ method: 'PUT', object, body }));
  }

  async #wasStored(answer: S3Answer): Promise<boolean> {
    if (answer.status === 200) {
      await answer.body.dump();
      return true;
    }
    const error = await this.#client.unexpected(answer);
    if (error.code === 'full') return false;
    throw error;
  }

  async #getSegment({ name, size }: Segment): Promise<Uint8Array> {
    const answer = await this.#client.send({ method: 'GET', object: name });
    if (answer.status !== 200) throw await this.#client.unexpected(answer);
    const bytes = new Uint8Array(await answer.body.arrayBuffer());
    if (bytes.length !== size)
      throw new BlobsError('refused', 'the S3 store lists another size than it gives');
    return bytes;
  }

  /** Whether there was one. */
  async #dropUpload(key: string): Promise<boolean> {
    const upload = await this.#removeUploads(key);
    if (upload === undefined) return false;
    this.#room.giveBack(upload.terms.length);
    return true;
  }

  async #removeUploads(key: string): Promise<FoundUpload | undefined> {
    const { upload, terms, pieces } = await this.#uploads(key);
    // First what makes it an upload: what a crash leaves then is nobody's.
    await removeObjects(this.#client, terms);
    await removeObjects(this.#client, pieces);
    return upload;
  }

  #uploads(key: string): Promise<KeyObjects> {
    return findUpload(this.#client, this.#layout, key);
  }

  async #blob(key: string): Promise<ObjectFacts | undefined> {
    const answer = await this.#client.send({ method: 'HEAD', object: this.#layout.blob(key) });
    if (answer.status !== 200 && answer.status !== 404) throw await this.#client.unexpected(answer);
    await answer.body.dump();
    return answer.status === 200 ? describeObject(answer) : undefined;
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
    return await work();
  }
}
