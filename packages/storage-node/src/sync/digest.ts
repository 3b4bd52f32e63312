import { asBytes, type Bytes, concatBytes } from '@sotto/bytes';
import { blake2b } from '@sotto/crypto';
import { bucketOf, SYNC_BUCKETS } from './sync-id.ts';

/** Of one bucket. */
export const DIGEST_BYTES = 16;
const ROOT_BYTES = 32;

/** IDs that are read between two turns of the event loop: some milliseconds. As many buckets as may hold them. */
const IDS_AT_ONCE = 4_000;

export interface Summary {
  /** Over all digests. */
  readonly root: Bytes;
  /** `SYNC_BUCKETS` times `DIGEST_BYTES`; an empty bucket is zeros. */
  readonly digests: Bytes;
}

/**
 * What this member holds, in a few bytes. The digest of a bucket is a hash over its sorted IDs: sums of hashes
 * would be cheaper to keep up, and whoever may choose messages could make two sets with one sum. It is made
 * when it is asked for, of the buckets that have changed since.
 */
export class SyncDigest {
  readonly #list: (from: number, to: number) => readonly Bytes[];
  readonly #digests = new Uint8Array(SYNC_BUCKETS * DIGEST_BYTES);
  readonly #stale = new Uint8Array(SYNC_BUCKETS).fill(1);
  #root: Bytes | undefined;
  #making: Promise<Summary> | undefined;

  /** `list`: the IDs of the buckets `from` to `to`, the latter not among them, ascending. */
  constructor(list: (from: number, to: number) => readonly Bytes[]) {
    this.#list = list;
  }

  /** Something with this ID is there now, or is not any more. */
  changed(id: Uint8Array): void {
    this.#stale[bucketOf(id)] = 1;
    this.#root = undefined;
  }

  /** Whatever it was, it may be something else now. */
  reset(): void {
    this.#stale.fill(1);
    this.#root = undefined;
  }

  summary(): Promise<Summary> {
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #make(): Promise<Summary> {
    let run = 1;
    for (let from = this.#nextStale(0); from < SYNC_BUCKETS; from = this.#nextStale(from)) {
      let to = from + 1;
      while (to < SYNC_BUCKETS && to - from < run && this.#stale[to] === 1) to++;
      const count = this.#refresh(from, to);
      run = count > IDS_AT_ONCE ? Math.max(1, run >> 1) : run * 4;
      await new Promise((resolve) => setImmediate(resolve));
    }
    const digests = asBytes(this.#digests.slice());
    this.#root ??= blake2b(ROOT_BYTES, digests);
    return { root: this.#root, digests };
  }

  #nextStale(from: number): number {
    const next = this.#stale.indexOf(1, from);
    return next === -1 ? SYNC_BUCKETS : next;
  }

  /** How many IDs there are in these buckets. */
  #refresh(from: number, to: number): number {
    this.#stale.fill(0, from, to);
    const buckets = new Map<number, Bytes[]>();
    const ids = this.#list(from, to);
    for (const id of ids) {
      const bucket = buckets.get(bucketOf(id));
      if (bucket === undefined) buckets.set(bucketOf(id), [id]);
      else bucket.push(id);
    }
    for (let bucket = from; bucket < to; bucket++) {
      const own = buckets.get(bucket);
      const digest = own === undefined ? EMPTY : blake2b(DIGEST_BYTES, concatBytes(...own));
      this.#digests.set(digest, bucket * DIGEST_BYTES);
    }
    this.#root = undefined;
    return ids.length;
  }
}

const EMPTY = new Uint8Array(DIGEST_BYTES);

/** The buckets in which two members differ. */
export function differingBuckets(left: Uint8Array, right: Uint8Array): number[] {
  const differing: number[] = [];
  for (let bucket = 0; bucket < SYNC_BUCKETS; bucket++) {
    const at = bucket * DIGEST_BYTES;
    const same = Buffer.compare(left.subarray(at, at + DIGEST_BYTES), right.subarray(at, at + DIGEST_BYTES));
    if (same !== 0) differing.push(bucket);
  }
  return differing;
}
