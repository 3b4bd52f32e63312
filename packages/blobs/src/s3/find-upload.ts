import type { UploadTerms } from '../blob-store.ts';
import { listObjects } from './list-objects.ts';
import type { S3Client } from './s3-client.ts';
import type { S3Layout, UploadId } from './s3-layout.ts';

export interface Segment {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/** The upload of a key, as the store lists it. */
export interface FoundUpload {
  readonly id: UploadId;
  readonly terms: UploadTerms;
  /** Each begins where the one before ends, the first at 0. */
  readonly segments: readonly Segment[];
  readonly offset: number;
}

export interface KeyObjects {
  readonly upload: FoundUpload | undefined;
  /** Names of every object about uploads of the key, older ones included: first those by which there is an upload. */
  readonly terms: readonly string[];
  readonly pieces: readonly string[];
}

/** Everything about the uploads of a key; of several, the newest is the upload. */
export async function findUpload(client: S3Client, layout: S3Layout, key: string): Promise<KeyObjects> {
  const terms: string[] = [];
  const pieces: string[] = [];
  const segments = new Map<string, Segment[]>();
  let newest: { readonly id: UploadId; readonly terms: UploadTerms } | undefined;
  for await (const { name, size } of listObjects(client, layout.uploadsOf(key))) {
    const parsed = layout.parse(name);
    if (parsed.kind === 'terms') {
      terms.push(name);
      newest = { id: parsed.upload, terms: parsed.terms };
    } else if (parsed.kind === 'segment') {
      pieces.push(name);
      const { id } = parsed.upload;
      segments.set(id, [...(segments.get(id) ?? []), { name, offset: parsed.offset, size }]);
    }
  }
  if (newest === undefined) return { upload: undefined, terms, pieces };
  const whole = withoutGaps(segments.get(newest.id.id) ?? []);
  return { upload: { ...newest, ...whole }, terms, pieces };
}

/** A piece behind a gap is what a removal has left. */
function withoutGaps(segments: readonly Segment[]): { segments: readonly Segment[]; offset: number } {
  const kept: Segment[] = [];
  let offset = 0;
  for (const segment of segments) {
    if (segment.offset !== offset) break;
    kept.push(segment);
    offset += segment.size;
  }
  return { segments: kept, offset };
}
