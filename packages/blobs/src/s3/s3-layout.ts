import { randomBytes } from 'node:crypto';
import type { UploadTerms } from '../blob-store.ts';
import { formatTerms, formatTime, parseTerms, TIME_DIGITS } from '../upload-name.ts';

/** An upload that was created once. Another one under the same key has another ID, so that their pieces never mix. */
export interface UploadId {
  readonly key: string;
  /** Time and chance: the newest sorts last. */
  readonly id: string;
  /** Milliseconds, as the ID says. */
  readonly createdAt: number;
}

/** What an object's name says. */
export type ObjectName =
  | { readonly kind: 'blob'; readonly key: string }
  | { readonly kind: 'terms'; readonly upload: UploadId; readonly terms: UploadTerms }
  | { readonly kind: 'segment'; readonly upload: UploadId; readonly offset: number }
  | { readonly kind: 'other' };

const UPLOAD = /^([^~]+)~(\d{14}[0-9a-f]{16})~(?:s(\d{15})|t(.+))$/;

/**
 * Names in a bucket: `blobs/<key>` is a finished blob, `uploads/<key>~<id>~t<terms>` says that there is an upload, and
 * `uploads/<key>~<id>~s<offset>` holds the bytes of it from there on.
 */
export class S3Layout {
  readonly blobs: string;
  readonly uploads: string;

  constructor(prefix: string) {
    this.blobs = `${prefix}blobs/`;
    this.uploads = `${prefix}uploads/`;
  }

  newUpload(key: string, createdAt: number): UploadId {
    return { key, createdAt, id: formatTime(createdAt) + randomBytes(8).toString('hex') };
  }

  blob(key: string): string {
    return this.blobs + key;
  }

  /** What the names of everything about a key's uploads begin with. */
  uploadsOf(key: string): string {
    return `${this.uploads}${key}~`;
  }

  terms({ key, id }: UploadId, terms: UploadTerms): string {
    return `${this.uploadsOf(key)}${id}~t${formatTerms(terms)}`;
  }

  segment({ key, id }: UploadId, offset: number): string {
    return `${this.uploadsOf(key)}${id}~s${String(offset).padStart(15, '0')}`;
  }

  parse(name: string): ObjectName {
    if (name.startsWith(this.blobs)) return { kind: 'blob', key: name.slice(this.blobs.length) };
    const inUploads = name.startsWith(this.uploads) ? name.slice(this.uploads.length) : '';
    const [, key, id, offset, termsText] = UPLOAD.exec(inUploads) ?? [];
    if (key === undefined || id === undefined) return { kind: 'other' };
    const upload = { key, id, createdAt: Number(id.slice(0, TIME_DIGITS)) };
    if (offset !== undefined) return { kind: 'segment', upload, offset: Number(offset) };
    const terms = parseTerms(termsText ?? '');
    return terms === undefined ? { kind: 'other' } : { kind: 'terms', upload, terms };
  }
}
