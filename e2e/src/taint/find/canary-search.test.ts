import { randomBytes } from 'node:crypto';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Canary } from './canary.ts';
import { CanarySearch } from './canary-search.ts';
import { encodingsOf } from './encodings.ts';

const text: Canary = { field: 'text', of: 'alice', bytes: Buffer.from('a canary "of some" lengthé') };
const key: Canary = { field: 'key', of: 'bob', bytes: randomBytes(32) };
const search = new CanarySearch([text, key]);

const inside = (needle: Uint8Array) => Buffer.concat([randomBytes(1_000), needle, randomBytes(1_000)]);
const found = (bytes: Uint8Array) =>
  search.find(bytes).map(({ canary, encoding }) => `${canary.field} ${encoding}`);

describe('the search for canaries', () => {
  it.each(
    [text, key].flatMap((canary) =>
      encodingsOf(canary.bytes).map(([encoding, bytes]) => ({ canary, encoding, bytes })),
    ),
  )('finds $canary.field as $encoding', ({ canary, bytes }) => {
    expect(search.find(inside(bytes)).map((one) => one.canary)).toContain(canary);
  });

  it.each(['utf16le', 'utf16be'])('finds text and every other form in wide characters, %s', (order) => {
    for (const [, bytes] of encodingsOf(key.bytes.subarray(0, 16))) {
      // A zero in the middle is where such text would end.
      if (bytes.includes(0)) continue;
      const wide = Buffer.alloc(bytes.length * 2);
      for (const [index, byte] of bytes.entries()) wide[index * 2] = byte;
      expect(found(inside(order === 'utf16le' ? wide : wide.swap16())).join()).toContain('key utf-16');
    }
  });

  it.each([0, 1, 2])('finds it in base64 of something longer, %d bytes in', (before) => {
    const longer = Buffer.concat([randomBytes(before), Buffer.from(text.bytes), randomBytes(7)]);
    expect(found(inside(Buffer.from(longer.toString('base64'))))).toContain(`text base64+${before}`);
    expect(found(inside(Buffer.from(longer.toString('base64url')))).join()).toMatch(/text base64(url)?\+/);
  });

  it('finds it in JSON and in an address, as programs write them', () => {
    const typed = Buffer.from(text.bytes).toString('utf8');
    expect(found(inside(Buffer.from(JSON.stringify({ typed }))))).not.toEqual([]);
    expect(found(inside(Buffer.from(`/?q=${encodeURIComponent(typed)}`)))).toContain('text percent');
  });

  it('finds what was deflated, also behind other bytes and cut off', () => {
    const longer = Buffer.concat([Buffer.from('x'.repeat(500)), Buffer.from(key.bytes), randomBytes(2_000)]);
    for (const packed of [deflateSync(longer), gzipSync(longer)]) {
      expect(found(inside(packed))).toContain('key inflated raw');
      expect(found(packed.subarray(0, packed.length - 600))).toContain('key inflated raw');
    }
    expect(found(deflateRawSync(longer))).toContain('key inflated raw');
  });

  it('finds half of a long value, as a page of a file or of memory would cut it', () => {
    const long = { ...key, bytes: randomBytes(3_000) };
    const cut = inside(long.bytes.subarray(1_111, 1_300));
    expect(new CanarySearch([long]).find(cut).map(({ canary }) => canary)).toContain(long);
  });

  it('calls what is part of an open value by that alone', () => {
    const [other, own] = [randomBytes(32), randomBytes(32)];
    const record = { field: 'record', of: 'bob', bytes: Buffer.concat([key.bytes, own, other]) };
    const elses = { field: 'record', of: 'eve', bytes: Buffer.concat([randomBytes(64), other]) };
    const open = new CanarySearch([key, record, elses], ['key', 'record']);
    const fieldsIn = (bytes: Uint8Array) => new Set(open.find(bytes).map(({ canary }) => canary.field));
    expect(fieldsIn(key.bytes)).toEqual(new Set(['key']));
    expect(fieldsIn(other)).toEqual(new Set());
    expect(fieldsIn(record.bytes)).toEqual(new Set(['key', 'record']));
  });

  it('finds nothing in noise and nothing in emptiness', () => {
    expect(found(randomBytes(4 << 20))).toEqual([]);
    expect(found(Buffer.alloc(1 << 20))).toEqual([]);
  });

  it('refuses what would be found by chance', () => {
    expect(() => new CanarySearch([{ ...key, bytes: randomBytes(8) }])).toThrow('too short');
  });
});
