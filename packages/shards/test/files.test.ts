import { asBytes, type Bytes, equalBytes } from '@sotto/bytes';
import { ed25519Verify } from '@sotto/crypto';
import {
  type AttachmentPointerInit,
  decodeAttachment,
  decodeSubaccountToken,
  encodeAttachment,
  namespaceRules,
} from '@sotto/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodePointer,
  encodePointer,
  type FilePointer,
  holdsChunk,
  mailboxFor,
  makeFile,
  openChunk,
  openManifest,
  ownedShard,
  placeOf,
  readPermit,
  ShardsError,
} from '../src/index.ts';
import { readFile, writeFile } from './_files.ts';

const size = fc.oneof(
  fc.integer({ min: 0, max: 400_000 }),
  fc.constantFrom(0, 1, 16_368, 16_369, 76_784, 76_785, 16 * 76_784, 16 * 76_784 + 1),
);

function again(pointer: FilePointer): FilePointer {
  return decodePointer(decodeAttachment(encodeAttachment(encodePointer(pointer))));
}

describe('a file', () => {
  it('comes back whole, whatever its size, by what the message carries', () => {
    fc.assert(
      fc.property(size, (bytes) => {
        const { content, pointer, chunks } = writeFile(bytes);
        const read = again(pointer);
        expect(read).toEqual(pointer);
        expect(equalBytes(readFile(read, chunks), content)).toBe(true);
        expect(chunks.every((data) => data.length === (bytes <= 16_368 ? 16_384 : 76_800))).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  it('is refused chunk by chunk where one is altered, shorter, longer, another’s or in another place', () => {
    const { pointer, chunks } = writeFile(300_000);
    const others = writeFile(300_000, 2).chunks;
    const { hashes } = pointer;
    if (hashes.kind !== 'inline') throw new Error('a small file names its hashes itself');
    const wrong = fc.oneof(
      fc.tuple(fc.nat(3), fc.nat(76_799), fc.nat(7)).map(([chunk, at, bit]) => {
        const data = asBytes((chunks[chunk] as Bytes).slice());
        data[at] = (data[at] as number) ^ (1 << bit);
        return { chunk, data };
      }),
      fc
        .tuple(fc.nat(3), fc.nat(76_799))
        .map(([chunk, length]) => ({ chunk, data: asBytes((chunks[chunk] as Bytes).slice(0, length)) })),
      fc.nat(3).map((chunk) => ({ chunk, data: asBytes(new Uint8Array([...(chunks[chunk] as Bytes), 0])) })),
      fc.nat(3).map((chunk) => ({ chunk, data: others[chunk] as Bytes })),
      fc
        .tuple(fc.nat(3), fc.integer({ min: 1, max: 3 }))
        .map(([chunk, by]) => ({ chunk, data: chunks[(chunk + by) % 4] as Bytes })),
    );
    fc.assert(
      fc.property(wrong, ({ chunk, data }) => {
        expect(holdsChunk(pointer, chunk, hashes.hashes[chunk] as Bytes, data)).toBe(false);
        expect(() => openChunk(pointer, chunk, data)).toThrow(expect.objectContaining({ code: 'bad-chunk' }));
      }),
      { numRuns: 60 },
    );
    for (const [chunk, data] of chunks.entries()) {
      expect(holdsChunk(pointer, chunk, hashes.hashes[chunk] as Bytes, data)).toBe(true);
    }
  });

  it('has a list of its chunks in one of them when there are many, and only that very list is taken', () => {
    const { pointer, chunks } = writeFile(17 * 76_784);
    const { layout } = pointer;
    expect([layout.chunks, layout.stored]).toEqual([18, 19]);
    const hashes = openManifest(pointer, chunks[18] as Bytes);
    expect(hashes.every((hash, chunk) => holdsChunk(pointer, chunk, hash, chunks[chunk] as Bytes))).toBe(
      true,
    );
    const altered = asBytes((chunks[18] as Bytes).slice());
    altered[3] = (altered[3] as number) ^ 1;
    for (const data of [altered, chunks[0] as Bytes, writeFile(17 * 76_784, 2).chunks[18] as Bytes]) {
      expect(() => openManifest(pointer, data)).toThrow(expect.objectContaining({ code: 'bad-manifest' }));
    }
  });

  it('is one that its sender cannot make two of: a manifest of other chunks does not fit the digest', () => {
    const [one, two] = [writeFile(17 * 76_784), writeFile(17 * 76_784, 2)];
    const mixed: FilePointer = { ...one.pointer, digest: two.pointer.digest };
    expect(() => openManifest(mixed, one.chunks[18] as Bytes)).toThrow(
      expect.objectContaining({ code: 'bad-manifest' }),
    );
  });

  it('cannot be made in another size than was said', () => {
    const file = makeFile({ seed: asBytes(new Uint8Array(32)), size: 100_000 });
    for (const [chunk, length] of [
      [0, 76_783],
      [1, 23_217],
      [2, 0],
    ] as const) {
      expect(() => file.seal(chunk, asBytes(new Uint8Array(length)))).toThrow(ShardsError);
    }
    expect(() => file.finish([])).toThrow(ShardsError);
  });
});

describe('where chunks lie', () => {
  it('is one namespace for each, where only the owner stores, 64 under one key', () => {
    const seen = new Set<string>();
    for (let chunk = 0; chunk < 200; chunk++) {
      const { shard, namespace } = placeOf(chunk);
      expect(shard).toBe(Math.floor(chunk / 64));
      expect(namespace % 2).toBe(1);
      expect(namespace).toBeGreaterThan(1000);
      const { openStore, openRetrieve, outbox } = namespaceRules(namespace);
      expect([openStore, openRetrieve, outbox]).toEqual([false, false, false]);
      seen.add(`${shard} ${namespace}`);
    }
    expect(seen.size).toBe(200);
  });

  it('is under keys that the pointer shows and cannot make, each with a permit to read and no more', () => {
    const seed = asBytes(new Uint8Array(32).fill(9));
    const size = 65 * 76_784;
    const file = makeFile({ seed, size });
    const hashes = Array.from({ length: file.layout.chunks }, () => asBytes(new Uint8Array(32)));
    const { pointer } = file.finish(hashes);
    expect(pointer.shards).toHaveLength(2);
    const tokens = pointer.shards.map(({ mailbox, signature }, shard) => {
      expect(mailbox).toEqual(ownedShard(seed, shard).mailbox);
      const permit = readPermit(pointer, shard);
      expect(permit.signature).toEqual(signature);
      expect(ed25519Verify(mailbox.slice(1), permit.token, signature)).toBe(true);
      expect(decodeSubaccountToken(permit.token)).toMatchObject({ prefix: 3, access: 1 });
      return permit.token.join();
    });
    expect(new Set(tokens).size).toBe(2);
    expect(mailboxFor(pointer, 64)).toBe(pointer.shards[1]?.mailbox);
    const carried = encodeAttachment(encodePointer(pointer));
    for (const secret of [
      seed,
      ownedShard(seed, 0).secret.slice(0, 32),
      ownedShard(seed, 1).secret.slice(0, 32),
    ]) {
      expect(Buffer.from(carried).includes(Buffer.from(secret))).toBe(false);
    }
  });
});

describe('a pointer from outside', () => {
  it('that is not as it must be is refused, and nothing else is thrown', () => {
    const { pointer } = writeFile(200_000);
    const said = encodePointer(pointer);
    const break_ = (shardsChange: object, change: object = {}) => {
      const broken = { ...said, ...change, shards: { ...said.shards, ...shardsChange } };
      return decodeAttachment(encodeAttachment(broken as AttachmentPointerInit));
    };
    const bytes = (length: number) => new Uint8Array(length);
    for (const [attachment, code] of [
      [decodeAttachment(encodeAttachment({ size: 5 })), 'bad-pointer'],
      [break_({ version: 2 }), 'unsupported-version'],
      [break_({}, { size: 104_857_601 }), 'too-large'],
      [break_({}, { size: 76_784 }), 'bad-pointer'],
      [break_({}, { key: bytes(64) }), 'bad-pointer'],
      [break_({}, { digest: bytes(32) }), 'bad-pointer'],
      [break_({ reader: bytes(32) }), 'bad-pointer'],
      [break_({ mailboxes: bytes(32) }), 'bad-pointer'],
      [break_({ mailboxes: bytes(31) }), 'bad-pointer'],
      [break_({ permits: bytes(64) }), 'bad-pointer'],
      [break_({ hashes: bytes(96) }), 'bad-pointer'],
      [break_({ manifest: bytes(32) }), 'bad-pointer'],
    ] as const) {
      expect(() => decodePointer(attachment)).toThrow(expect.objectContaining({ code }));
    }
  });
});
