import { BlobsError } from '../errors.ts';
import type { S3Client } from './s3-client.ts';

export interface ListedObject {
  readonly name: string;
  readonly size: number;
  /** Milliseconds. */
  readonly modifiedAt: number;
}

/** All objects whose names begin so, in the order of their names; a page of a thousand in memory at a time. */
export async function* listObjects(client: S3Client, prefix: string): AsyncGenerator<ListedObject> {
  let token: string | undefined;
  do {
    const answer = await client.send({
      method: 'GET',
      query: {
        'list-type': '2',
        'encoding-type': 'url',
        prefix,
        ...(token === undefined ? {} : { 'continuation-token': token }),
      },
    });
    if (answer.status !== 200) throw await client.unexpected(answer);
    const page = parseListing(await answer.body.text());
    yield* page.objects;
    token = page.token;
  } while (token !== undefined);
}

/**
 * An answer to ListObjectsV2. It comes from the operator's own store, in one shape that is written down, with names in
 * the encoding of URLs: no reader of XML at large is needed. Throws BlobsError `refused` for anything else.
 */
export function parseListing(text: string): {
  readonly objects: readonly ListedObject[];
  readonly token: string | undefined;
} {
  if (!/<ListBucketResult[\s>]/.test(text)) throw unreadable();
  const objects = [...text.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, entry]) =>
    parseEntry(entry ?? ''),
  );
  const token = element(text, 'IsTruncated') === 'true' ? element(text, 'NextContinuationToken') : undefined;
  return { objects, token: token === undefined ? undefined : unescapeXml(token) };
}

function parseEntry(entry: string): ListedObject {
  const name = decode(element(entry, 'Key') ?? '');
  const size = Number(element(entry, 'Size') ?? Number.NaN);
  const modifiedAt = Date.parse(element(entry, 'LastModified') ?? '');
  if (name === '' || !Number.isSafeInteger(size) || Number.isNaN(modifiedAt)) throw unreadable();
  return { name, size, modifiedAt };
}

function element(text: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    throw unreadable();
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}

function unreadable(): BlobsError {
  return new BlobsError('refused', 'the S3 store lists its objects in a way that cannot be read');
}
