import { type Bytes, fromBase64, fromUtf8 } from '@sotto/bytes';

/** Headers of TUS 1.0.0 (https://tus.io/protocols/resumable-upload) and of Signal's clients. */
export const TUS = {
  version: '1.0.0',
  contentType: 'application/offset+octet-stream',
  extensions: 'creation,creation-with-upload,expiration',
} as const;

/** A count of bytes: digits and nothing else. Undefined for anything that is none. */
export function parseCount(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** A header that was left out, or that cannot be read. */
export type Read<Value> =
  | { readonly outcome: 'read'; readonly value: Value }
  | { readonly outcome: 'none' }
  | { readonly outcome: 'bad' };

/** `filename` of an `Upload-Metadata` header: pairs of a name and its value in base64, with commas between them. */
export function parseFilename(header: string | undefined): Read<string> {
  for (const pair of (header ?? '').split(',')) {
    const [name, value = ''] = pair.trim().split(' ');
    if (name === 'filename') return reading(() => fromUtf8(fromBase64(value)));
  }
  return { outcome: 'none' };
}

/** `x-signal-checksum-sha256`: SHA-256 of the whole, in base64 (reference: signal-service §8). */
export function parseChecksum(header: string | undefined): Read<Bytes> {
  if (header === undefined) return { outcome: 'none' };
  const read = reading(() => fromBase64(header));
  return read.outcome === 'read' && read.value.length !== 32 ? { outcome: 'bad' } : read;
}

function reading<Value>(read: () => Value): Read<Value> {
  try {
    return { outcome: 'read', value: read() };
  } catch {
    return { outcome: 'bad' };
  }
}
