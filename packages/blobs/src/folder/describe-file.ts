import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';

export interface BlobFile {
  readonly size: number;
  readonly etag: string;
}

/** What is said of a blob. The time is hashed, because it is nobody's business when somebody uploaded something. */
export function describeFile({ size, mtimeNs }: BigIntStats): BlobFile {
  const etag = createHash('sha256').update(`${size} ${mtimeNs}`).digest('base64url').slice(0, 22);
  return { size: Number(size), etag };
}
