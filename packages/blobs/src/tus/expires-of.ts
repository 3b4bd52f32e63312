import type { UploadTerms } from '../blob-store.ts';
import { UPLOAD_LIFETIME } from '../constants.ts';

/** `Upload-Expires`: when an unfinished upload is given up, as HTTP writes dates (TUS 1.0.0, expiration). */
export function expiresOf({ createdAt }: UploadTerms): string {
  return new Date(createdAt + UPLOAD_LIFETIME).toUTCString();
}

export function isExpired({ createdAt }: UploadTerms, now: number): boolean {
  return createdAt + UPLOAD_LIFETIME <= now;
}
