import { z } from 'zod';
import { list, named } from './codecs.ts';
import { MAX_HEADER_BYTES, MAX_STICKERS } from './constants.ts';
import { decodeBody, encodeBody } from './schema.ts';

/** Bodies that let a client upload something to a file server (reference: signal-service §6, §8). */

/** `GET /v4/attachments/form/upload`. */
export interface AttachmentForm {
  /** 2: resumable upload as Google has it, 3: TUS. */
  readonly cdn: number;
  /** Where the file will be found, in base64url. */
  readonly key: string;
  /** To be sent with every request of the upload. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signedUploadLocation: string;
}

/** Fields of a form that is posted to a file server that speaks S3. Also the answer to `PUT /v1/profile`. */
export interface PostPolicyForm {
  readonly key: string;
  readonly credential: string;
  readonly acl: string;
  readonly algorithm: string;
  readonly date: string;
  readonly policy: string;
  readonly signature: string;
}

export interface StickerForm extends PostPolicyForm {
  /** Place in the pack; -1 for the manifest. */
  readonly id: number;
}

/** `GET /v1/sticker/pack/form/{count}`. */
export interface StickerPackForm {
  /** 32 hexadecimal digits. */
  readonly packId: string;
  readonly manifest: StickerForm;
  readonly stickers: readonly StickerForm[];
}

const MAX_HEADERS_OF_FORM = 32;
const text = z.string().max(1_024);
/** A policy is a small JSON object in base64. */
const longText = z.string().max(8 * 1024);

const isHeader = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_HEADER_BYTES;

const attachment = z.object({
  cdn: z.int().min(0).max(0x7fff_ffff),
  key: text.min(1),
  headers: named(isHeader, MAX_HEADERS_OF_FORM),
  signedUploadLocation: longText.min(1),
});

const postPolicy = z.object({
  key: text.min(1),
  credential: text,
  acl: text,
  algorithm: text,
  date: text,
  policy: longText,
  signature: text,
});

const sticker = postPolicy.extend({
  id: z
    .int()
    .min(-1)
    .max(MAX_STICKERS - 1),
});
const stickerPack = z.object({
  packId: z.string().regex(/^[0-9a-f]{32}$/),
  manifest: sticker,
  stickers: list(sticker, MAX_STICKERS),
});

export function parseAttachmentForm(value: unknown): AttachmentForm {
  return decodeBody(attachment, value);
}

export function formatAttachmentForm(form: AttachmentForm): unknown {
  return encodeBody(attachment, form);
}

export function parsePostPolicyForm(value: unknown): PostPolicyForm {
  return decodeBody(postPolicy, value);
}

export function formatPostPolicyForm(form: PostPolicyForm): unknown {
  return encodeBody(postPolicy, form);
}

export function parseStickerPackForm(value: unknown): StickerPackForm {
  return decodeBody(stickerPack, value);
}

export function formatStickerPackForm(form: StickerPackForm): unknown {
  return encodeBody(stickerPack, form);
}
