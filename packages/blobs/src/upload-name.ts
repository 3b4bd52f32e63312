import { fromHex, toHex } from '@sotto/bytes';
import type { UploadTerms } from './blob-store.ts';

/** Milliseconds of a common length, so that names sort by age. */
export const TIME_DIGITS = 14;
const NAME = /^(\d{14})-(\d{1,15})-([0-9a-f]{64}|none)$/;

/** Terms as a name in a store, so that they last exactly as long as what they are about. */
export function formatTerms({ createdAt, length, sha256 }: UploadTerms): string {
  return `${formatTime(createdAt)}-${length}-${sha256 === undefined ? 'none' : toHex(sha256)}`;
}

/** Undefined for a name that `formatTerms` did not make. */
export function parseTerms(name: string): UploadTerms | undefined {
  const [, createdAt, length, sha256] = NAME.exec(name) ?? [];
  if (createdAt === undefined || length === undefined || sha256 === undefined) return undefined;
  const terms = { createdAt: Number(createdAt), length: Number(length) };
  return sha256 === 'none' ? terms : { ...terms, sha256: fromHex(sha256) };
}

export function formatTime(milliseconds: number): string {
  return String(milliseconds).padStart(TIME_DIGITS, '0');
}
