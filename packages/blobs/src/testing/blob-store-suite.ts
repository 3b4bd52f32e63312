import { createHash, randomBytes } from 'node:crypto';
import { asBytes } from '@sotto/bytes';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BlobStore, UploadTerms } from '../blob-store.ts';
import { LIFETIME, UPLOAD_LIFETIME } from '../constants.ts';
import { BlobsError } from '../errors.ts';
import { read, sourceOf, upload } from './upload.ts';

/** A place for blobs that can be opened more than once, as after a crash. */
export interface Place {
  /** The store, with whatever is in the place. */
  open(cap: number): Promise<BlobStore>;
  remove(): Promise<void>;
}

const CAP = 1024 * 1024 * 1024;

/** What every blob store must do. `makePlace` gives an empty place each time. */
export function blobStoreSuite(makePlace: () => Promise<Place>): void {
  describe('a blob store', () => {
    let place: Place;
    let store: BlobStore;
    let count = 0;

    beforeAll(async () => {
      place = await makePlace();
      store = await place.open(CAP);
    });

    afterAll(async () => {
      store.close();
      await place.remove();
    });

    const newKey = (): string => `attachments/${++count}-${randomBytes(8).toString('base64url')}`;
    const terms = (length: number, more: Partial<UploadTerms> = {}): UploadTerms => ({
      length,
      createdAt: Date.now(),
      ...more,
    });
    /** As a process finds things that was started after a crash of this one. */
    const reopen = async (cap = CAP): Promise<void> => {
      store = await place.open(cap);
      await store.expire(Date.now());
    };

    it('gives back what was uploaded, whole and in parts', async () => {
      const key = newKey();
      const bytes = randomBytes(200_000);
      expect(await upload(store, key, bytes)).toMatchObject({ outcome: 'finished', size: bytes.length });
      expect((await read(store, key)).equals(bytes)).toBe(true);
      expect(await read(store, key, { first: 0, last: 0 })).toEqual(bytes.subarray(0, 1));
      const part = await read(store, key, { first: 100_000, last: 199_999 });
      expect(part.equals(bytes.subarray(100_000))).toBe(true);
      const found = await store.find(key);
      expect(found).toMatchObject({ outcome: 'finished', size: bytes.length });
      expect(await store.read(newKey())).toEqual({ outcome: 'absent' });
    });

    it('keeps keys with several parts apart', async () => {
      const [one, two] = ['stickers/00ff/full/1', 'stickers/00ff/full/10'];
      await upload(store, one, Buffer.from('one'));
      await upload(store, two, Buffer.from('ten'));
      expect(await read(store, one)).toEqual(Buffer.from('one'));
      expect(await read(store, two)).toEqual(Buffer.from('ten'));
      await store.remove(one);
      expect(await store.find(one)).toEqual({ outcome: 'absent' });
      expect(await read(store, two)).toEqual(Buffer.from('ten'));
    });

    it('takes a blob of nothing', async () => {
      const key = newKey();
      expect(await upload(store, key, Buffer.alloc(0))).toMatchObject({ outcome: 'finished', size: 0 });
      expect(await read(store, key)).toEqual(Buffer.alloc(0));
    });

    it('shows nothing of a blob before it is finished', async () => {
      const key = newKey();
      await store.create(key, terms(10));
      expect(await store.append(key, 0, sourceOf(randomBytes(4)))).toEqual({
        outcome: 'appended',
        offset: 4,
      });
      expect(await store.read(key)).toEqual({ outcome: 'absent' });
      expect(await store.finish(key)).toEqual({ outcome: 'incomplete', offset: 4 });
      expect(await store.find(key)).toMatchObject({
        outcome: 'unfinished',
        offset: 4,
        terms: { length: 10 },
      });
    });

    it('gives the same bytes however they were cut, broken off and resumed', async () => {
      const sizes = fc.array(fc.integer({ min: 0, max: 300_000 }), { minLength: 1, maxLength: 5 });
      const chunk = fc.integer({ min: 1, max: 70_000 });
      const breaks = fc.array(fc.boolean(), { minLength: 5, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(sizes, chunk, breaks, async (parts, chunkSize, broken) => {
          const bytes = randomBytes(parts.reduce((sum, size) => sum + size, 0));
          const sha256 = asBytes(createHash('sha256').update(bytes).digest());
          const key = newKey();
          await store.create(key, terms(bytes.length, { sha256 }));
          let at = 0;
          for (const [index, size] of parts.entries()) {
            const part = bytes.subarray(at, at + size);
            const fails = broken[index] === true ? new Error('the connection broke') : undefined;
            at += size;
            expect(await store.append(key, at - size, sourceOf(part, chunkSize, fails))).toMatchObject({
              outcome: fails === undefined ? 'appended' : 'interrupted',
              offset: at,
            });
            if (fails !== undefined) await reopen();
          }
          expect(await store.finish(key)).toMatchObject({ outcome: 'finished', size: bytes.length });
          expect((await read(store, key)).equals(bytes)).toBe(true);
          await store.remove(key);
        }),
        { numRuns: 8, seed: 20_261_130 },
      );
    });

    it('takes bytes at no other offset than where the upload stands', async () => {
      const key = newKey();
      await store.create(key, terms(10));
      await store.append(key, 0, sourceOf(Buffer.from('01234')));
      for (const offset of [0, 4, 6, 10]) {
        expect(await store.append(key, offset, sourceOf(Buffer.from('xxxxx')))).toEqual({
          outcome: 'wrong-offset',
          offset: 5,
        });
      }
      expect(await store.append(newKey(), 0, sourceOf(Buffer.from('x')))).toEqual({ outcome: 'absent' });
      await store.append(key, 5, sourceOf(Buffer.from('56789')));
      await store.finish(key);
      expect(await read(store, key)).toEqual(Buffer.from('0123456789'));
    });

    it('keeps what fits of too much, and reads no further', async () => {
      const key = newKey();
      await store.create(key, terms(5));
      let read = 0;
      async function* endless(): AsyncGenerator<Uint8Array> {
        for (; read < 100; read++) yield Buffer.from('abc');
      }
      expect(await store.append(key, 0, endless())).toEqual({ outcome: 'too-long', offset: 5 });
      expect(read).toBeLessThan(5);
    });

    it('lets one call at a time write to a key', async () => {
      const key = newKey();
      await store.create(key, terms(10));
      let go = (): void => undefined;
      const wait = new Promise<void>((resolve) => {
        go = resolve;
      });
      async function* slow(): AsyncGenerator<Uint8Array> {
        yield Buffer.from('01234');
        await wait;
        yield Buffer.from('56789');
      }
      const first = store.append(key, 0, slow());
      expect(await store.append(key, 0, sourceOf(Buffer.from('x')))).toEqual({ outcome: 'busy' });
      expect(await store.create(key, terms(3))).toEqual({ outcome: 'busy' });
      expect(await store.finish(key)).toEqual({ outcome: 'busy' });
      expect(await store.remove(key)).toEqual({ outcome: 'busy' });
      expect(await store.expire(Date.now() + 10 * UPLOAD_LIFETIME)).toBeGreaterThanOrEqual(0);
      go();
      expect(await first).toEqual({ outcome: 'appended', offset: 10 });
      expect(await store.finish(key)).toMatchObject({ outcome: 'finished', size: 10 });
    });

    it('begins anew when somebody creates again, and never changes what is finished', async () => {
      const key = newKey();
      await store.create(key, terms(10));
      await store.append(key, 0, sourceOf(Buffer.from('01234')));
      expect(await store.create(key, terms(3))).toEqual({ outcome: 'created' });
      expect(await store.find(key)).toMatchObject({ outcome: 'unfinished', offset: 0, terms: { length: 3 } });
      await store.append(key, 0, sourceOf(Buffer.from('abc')));
      const finished = await store.finish(key);
      expect(await store.create(key, terms(3))).toEqual({ outcome: 'exists' });
      expect(await store.append(key, 0, sourceOf(Buffer.from('xyz')))).toEqual({ outcome: 'absent' });
      // An answer that was lost is asked for again.
      expect(await store.finish(key)).toEqual(finished);
      expect(await read(store, key)).toEqual(Buffer.from('abc'));
    });

    it('finishes nothing that is not what was announced', async () => {
      const key = newKey();
      const before = store.use();
      await store.create(key, terms(3, { sha256: asBytes(createHash('sha256').update('abc').digest()) }));
      await store.append(key, 0, sourceOf(Buffer.from('abd')));
      expect(await store.finish(key)).toEqual({ outcome: 'wrong-checksum' });
      expect(await store.find(key)).toEqual({ outcome: 'absent' });
      expect(store.use()).toEqual(before);
    });

    it('finishes what is shorter than it might have been', async () => {
      const key = newKey();
      const before = store.use();
      await store.create(key, terms(1_000));
      await store.append(key, 0, sourceOf(Buffer.from('abc')));
      expect(await store.finish(key, 4)).toEqual({ outcome: 'incomplete', offset: 3 });
      expect(await store.finish(key, 3)).toMatchObject({ outcome: 'finished', size: 3 });
      expect(store.use()).toEqual({ blobs: before.blobs + 1, bytes: before.bytes + 3 });
    });

    it('refuses before writing what would pass its cap, also after it was opened again', async () => {
      const key = newKey();
      await store.create(key, terms(1_000));
      const { bytes } = store.use();
      await reopen(bytes + 500);
      expect(store.use().bytes).toBe(bytes);
      expect(await store.create(newKey(), terms(501))).toEqual({ outcome: 'full' });
      const last = newKey();
      expect(await store.create(last, terms(500))).toEqual({ outcome: 'created' });
      expect(await store.create(newKey(), terms(1))).toEqual({ outcome: 'full' });
      expect(await store.remove(key)).toEqual({ outcome: 'removed' });
      expect(await store.create(newKey(), terms(1_000))).toEqual({ outcome: 'created' });
      expect(await store.remove(last)).toEqual({ outcome: 'removed' });
      expect(await store.remove(last)).toEqual({ outcome: 'absent' });
      await reopen();
    });

    it('removes what is too old, and nothing else', async () => {
      const lifetime = LIFETIME.get('attachments') ?? 0;
      const [attachment, sticker, unfinished] = [newKey(), 'stickers/aa/manifest.proto', newKey()];
      await upload(store, attachment, Buffer.from('a'));
      await upload(store, sticker, Buffer.from('s'));
      await store.create(unfinished, terms(10));
      await store.append(unfinished, 0, sourceOf(Buffer.from('123')));
      const later = Date.now() + 1_000;
      await store.expire(later);
      expect(await store.find(unfinished)).toMatchObject({ outcome: 'unfinished', offset: 3 });
      expect(await store.expire(later + UPLOAD_LIFETIME)).toBeGreaterThanOrEqual(1);
      expect(await store.find(unfinished)).toEqual({ outcome: 'absent' });
      expect(await store.find(attachment)).toMatchObject({ outcome: 'finished' });
      expect(await store.expire(later + lifetime)).toBeGreaterThanOrEqual(1);
      expect(await store.find(attachment)).toEqual({ outcome: 'absent' });
      expect(await read(store, sticker)).toEqual(Buffer.from('s'));
      expect(await store.expire(later + lifetime)).toBe(0);
      const { use } = { use: store.use() };
      await reopen();
      expect(store.use()).toEqual(use);
    });

    it.each([
      '',
      'a',
      'attachments',
      'attachments/',
      '/attachments/a',
      'attachments/..',
      'attachments/../x',
      'attachments/.hidden',
      '../attachments/a',
      'attachments/a//b',
      'attachments/a/b/c/d',
      'attachments/a~b',
      'attachments/a\\b',
      'attachments/a\0',
      'attachments/a b',
      'attachments/ä',
      'attachments/%2e%2e',
      'Attachments/a',
      `attachments/${'a'.repeat(65)}`,
    ])('refuses the key %j', async (key) => {
      const refused = { name: 'BlobsError', code: 'bad-key' };
      await expect(store.create(key, terms(1))).rejects.toMatchObject(refused);
      await expect(store.append(key, 0, sourceOf(Buffer.from('x')))).rejects.toMatchObject(refused);
      await expect(store.finish(key)).rejects.toMatchObject(refused);
      await expect(store.find(key)).rejects.toMatchObject(refused);
      await expect(store.read(key)).rejects.toMatchObject(refused);
      await expect(store.remove(key)).rejects.toMatchObject(refused);
    });

    it('does nothing once it is closed', async () => {
      const closed = await place.open(CAP);
      closed.close();
      await expect(closed.find(newKey())).rejects.toBeInstanceOf(BlobsError);
      await expect(closed.create(newKey(), terms(1))).rejects.toMatchObject({ code: 'closed' });
    });
  });
}
