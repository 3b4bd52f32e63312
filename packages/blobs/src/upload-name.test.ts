import { asBytes } from '@sotto/bytes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { S3Layout } from './s3/s3-layout.ts';
import { formatTerms, parseTerms } from './upload-name.ts';

const terms = fc.record(
  {
    length: fc.nat(),
    createdAt: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    sha256: fc.uint8Array({ minLength: 32, maxLength: 32 }).map(asBytes),
  },
  { requiredKeys: ['length', 'createdAt'] },
);

describe('the name of an upload', () => {
  it('says its terms', () => {
    fc.assert(
      fc.property(terms, (given) => {
        expect(parseTerms(formatTerms(given))).toEqual(given);
      }),
    );
  });

  it('of another making says nothing', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const parsed = parseTerms(name);
        if (parsed !== undefined) expect(formatTerms(parsed)).toBe(name);
      }),
    );
    for (const name of [
      '',
      '1-2-none',
      '00001780000000-1-NONE',
      '00001780000000-1-none@5',
      '00001780000000--none',
    ]) {
      expect(parseTerms(name)).toBeUndefined();
    }
  });
});

describe('names in a bucket', () => {
  const layout = new S3Layout('here/');
  const upload = layout.newUpload('attachments/a-b', 1_780_000_000_000);

  it('say what they are of', () => {
    fc.assert(
      fc.property(terms, fc.nat(), (given, offset) => {
        expect(layout.parse(layout.terms(upload, given))).toEqual({ kind: 'terms', upload, terms: given });
        expect(layout.parse(layout.segment(upload, offset))).toEqual({ kind: 'segment', upload, offset });
      }),
    );
    expect(layout.parse(layout.blob('stickers/a/full/1'))).toEqual({
      kind: 'blob',
      key: 'stickers/a/full/1',
    });
  });

  it('of somebody else are other', () => {
    for (const name of ['', 'blobs/x', 'here/', 'here/uploads/', 'here/uploads/a~b~c', 'here/uploads/a~t']) {
      expect(layout.parse(name)).toEqual({ kind: 'other' });
    }
  });

  it('sort by age, and pieces before what makes them an upload', () => {
    const later = layout.newUpload('attachments/a-b', 1_780_000_000_001);
    const given = { length: 1, createdAt: 1_780_000_000_000 };
    const names = [
      layout.segment(upload, 0),
      layout.segment(upload, 1_000_000),
      layout.terms(upload, given),
      layout.segment(later, 0),
    ];
    expect([...names].reverse().toSorted()).toEqual(names);
    expect(names.every((name) => name.startsWith(layout.uploadsOf('attachments/a-b')))).toBe(true);
  });
});
