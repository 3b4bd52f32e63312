import { asBytes, type Bytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIGEST_BYTES, differingBuckets, SyncDigest } from './digest.ts';
import { bucketOf, compareIds, SYNC_BUCKETS } from './sync-id.ts';

/** A digest of IDs that may come and go, and how often their list was read. */
function digestOf(ids: Bytes[]) {
  const reads: number[] = [];
  const digest = new SyncDigest((from, to) => {
    reads.push(to - from);
    return ids.filter((id) => bucketOf(id) >= from && bucketOf(id) < to).sort(compareIds);
  });
  return { digest, reads };
}

function idIn(bucket: number): Bytes {
  const id = randomBytes(16);
  id[0] = bucket >> 4;
  id[1] = ((bucket & 15) << 4) | ((id[1] ?? 0) & 15);
  return id;
}

describe('the digest of what a member holds', () => {
  it('is the same for the same IDs, in whatever order they came', async () => {
    const ids = fc.uniqueArray(fc.uint8Array({ minLength: 16, maxLength: 16 }).map(asBytes), {
      maxLength: 40,
      selector: (id) => id.join(),
    });
    await fc.assert(
      fc.asyncProperty(ids, async (all) => {
        const held: Bytes[] = [];
        const { digest } = digestOf(held);
        await digest.summary();
        for (const id of [...all].reverse()) {
          held.push(id);
          digest.changed(id);
        }
        const atOnce = await digestOf([...all]).digest.summary();
        expect((await digest.summary()).root).toEqual(atOnce.root);
      }),
      { numRuns: 10 },
    );
  });

  it('differs in the buckets that differ, and in those alone', async () => {
    const common = [idIn(0), idIn(7), idIn(4095), idIn(4095)];
    const one = await digestOf([...common, idIn(7), idIn(300)]).digest.summary();
    const other = await digestOf([...common, idIn(4095)]).digest.summary();
    expect(one.digests).toHaveLength(SYNC_BUCKETS * DIGEST_BYTES);
    expect(differingBuckets(one.digests, other.digests)).toEqual([7, 300, 4095]);
    expect(one.root).not.toEqual(other.root);
  });

  it('reads again what has changed and nothing else', async () => {
    const held = [idIn(5), idIn(6)];
    const { digest, reads } = digestOf(held);
    const before = await digest.summary();
    reads.length = 0;
    expect((await digest.summary()).root).toEqual(before.root);
    expect(reads).toEqual([]);
    const [gone] = held.splice(0, 1);
    digest.changed(gone ?? randomBytes(16));
    expect((await digest.summary()).root).not.toEqual(before.root);
    expect(reads).toEqual([1]);
  });

  it('misses nothing that changes while it is made', async () => {
    const held = [idIn(1)];
    const { digest } = digestOf(held);
    const first = digest.summary();
    const late = idIn(1);
    held.push(late);
    digest.changed(late);
    await first;
    const afterwards = await digest.summary();
    expect(afterwards.root).toEqual((await digestOf([...held]).digest.summary()).root);
  });
});
