import { createHash } from 'node:crypto';
import { asBytes, type Bytes, equalBytes, toHex } from '@sotto/bytes';
import type { FoundUpload, Segment } from './find-upload.ts';
import type { S3Answer, S3Client } from './s3-client.ts';

/** The bytes were all read, and are not what was announced. Never leaves this file. */
const WRONG = Symbol('wrong checksum');

/**
 * Make one object of the segments. They pass through one after the other; the last chunk is held back until the
 * checksum is known to be right, so that a wrong one leaves an unfinished request and no object.
 */
export async function publishSegments(
  client: S3Client,
  name: string,
  { terms, segments, offset }: FoundUpload,
): Promise<S3Answer | 'wrong-checksum'> {
  const { sha256 } = terms;
  let wrong = false;
  async function* checked(): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    let last: Uint8Array | undefined;
    for await (const chunk of readSegments(client, segments)) {
      hash.update(chunk);
      if (last !== undefined) yield last;
      last = chunk;
    }
    wrong = sha256 !== undefined && !equalBytes(asBytes(hash.digest()), sha256);
    if (wrong) throw WRONG;
    if (last !== undefined) yield last;
  }
  if (offset === 0) return await publishNothing(client, name, sha256);
  try {
    return await client.send({
      method: 'PUT',
      object: name,
      headers: {
        'content-length': String(offset),
        ...(sha256 === undefined ? {} : { 'x-amz-content-sha256': toHex(sha256) }),
      },
      body: checked(),
    });
  } catch (error) {
    if (wrong) return 'wrong-checksum';
    throw error;
  }
}

async function publishNothing(
  client: S3Client,
  name: string,
  sha256: Bytes | undefined,
): Promise<S3Answer | 'wrong-checksum'> {
  const empty = asBytes(createHash('sha256').digest());
  if (sha256 !== undefined && !equalBytes(empty, sha256)) return 'wrong-checksum';
  return await client.send({ method: 'PUT', object: name, body: new Uint8Array(0) });
}

async function* readSegments(client: S3Client, segments: readonly Segment[]): AsyncGenerator<Uint8Array> {
  for (const { name } of segments) {
    const answer = await client.send({ method: 'GET', object: name });
    if (answer.status !== 200) throw await client.unexpected(answer);
    for await (const chunk of answer.body) yield chunk as Uint8Array;
  }
}
