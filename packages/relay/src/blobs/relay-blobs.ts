import {
  type AttachmentForm,
  type BlobStore,
  COLLECTION,
  createAttachmentForm,
  UploadForms,
  UploadTokens,
} from '@sotto/blobs';
import { type Bytes, type Secret, utf8 } from '@sotto/bytes';
import { hmacSha256 } from '@sotto/crypto';
import type { DiskWatch } from '@sotto/operation';

/** Where attachments are uploaded. They are fetched elsewhere, since HEAD of an upload tells its offset. */
export const UPLOADS = '/upload/attachments';

export interface RelayBlobsOptions {
  readonly store: BlobStore;
  /** Bytes of all together. */
  readonly limit: number;
  readonly uploadKey: Secret;
  /** Of the disk that the store is on; an S3 store says itself when it is full. */
  readonly disk?: Pick<DiskWatch, 'full'>;
}

/** Room for what people upload, and what lets them (reference: signal-service §6, §8). */
export class RelayBlobs {
  readonly store: BlobStore;
  readonly tokens: UploadTokens;
  readonly forms: UploadForms;
  readonly #limit: number;
  readonly #disk: Pick<DiskWatch, 'full'> | undefined;
  #origin = '';

  constructor({ store, limit, uploadKey, disk }: RelayBlobsOptions) {
    const secretFor = (use: string): Bytes => hmacSha256(uploadKey.expose(), utf8(use));
    this.store = store;
    this.tokens = new UploadTokens({
      secret: secretFor('sotto upload tokens v1'),
      audience: COLLECTION.attachments,
    });
    this.forms = new UploadForms({ secret: secretFor('sotto upload forms v1') });
    this.#limit = limit;
    this.#disk = disk;
  }

  /** Nothing more fits on the disk. */
  get full(): boolean {
    return this.#disk?.full ?? false;
  }

  hasRoomFor(bytes: number): boolean {
    return this.#fits(bytes, this.#limit);
  }

  /** Half is kept for who has an account here; how much others are promised is limited beside that. */
  hasRoomForNameless(bytes: number): boolean {
    return this.#fits(bytes, this.#limit / 2);
  }

  #fits(bytes: number, limit: number): boolean {
    return !this.full && this.store.use().bytes + bytes <= limit;
  }

  /** What clients call this relay by; known once it listens. */
  listensAt(origin: string): void {
    this.#origin = origin.replace(/\/+$/, '');
  }

  /** Leave to upload one attachment. `now` is milliseconds. */
  attachmentForm({
    maxLength,
    now,
  }: {
    readonly maxLength: number;
    readonly now: number;
  }): Promise<AttachmentForm> {
    return createAttachmentForm(this.tokens, { location: `${this.#origin}${UPLOADS}`, maxLength, now });
  }
}
