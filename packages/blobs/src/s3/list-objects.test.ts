import { describe, expect, it } from 'vitest';
import { BlobsError } from '../errors.ts';
import { parseListing } from './list-objects.ts';

const entry = (key: string, size = '5'): string =>
  `<Contents><Key>${key}</Key><LastModified>2026-11-30T03:47:54.000Z</LastModified><ETag>&quot;x&quot;</ETag><Size>${size}</Size></Contents>`;
const listing = (inside: string): string =>
  `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</ListBucketResult>`;

describe('a listing of a bucket', () => {
  it('names objects in the encoding of URLs, and says how to go on', () => {
    const text = listing(
      `<IsTruncated>true</IsTruncated><NextContinuationToken>a&amp;b=</NextContinuationToken>${entry('a/b%7E1')}${entry('a/b+c', '0')}`,
    );
    const modifiedAt = Date.UTC(2026, 10, 30, 3, 47, 54);
    expect(parseListing(text)).toEqual({
      objects: [
        { name: 'a/b~1', size: 5, modifiedAt },
        { name: 'a/b c', size: 0, modifiedAt },
      ],
      token: 'a&b=',
    });
  });

  it('ends where it says so', () => {
    const text = '<IsTruncated>false</IsTruncated><NextContinuationToken>x</NextContinuationToken>';
    expect(parseListing(listing(text))).toEqual({ objects: [], token: undefined });
  });

  it.each([
    ['nothing', ''],
    ['another answer', '<Error><Code>NoSuchBucket</Code></Error>'],
    ['a size that is none', listing(entry('a', '1.5'))],
    ['no name', listing(entry(''))],
    ['a name that cannot be read', listing(entry('%zz'))],
    ['no time', listing('<Contents><Key>a</Key><Size>1</Size></Contents>')],
  ])('is refused with %s', (_, text) => {
    expect(() => parseListing(text)).toThrowError(BlobsError);
  });
});
