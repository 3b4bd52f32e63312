import { toBase64, utf8 } from '@sotto/bytes';
import { newAttachmentKey } from './new-attachment-key.ts';
import type { UploadTokens } from './upload-tokens.ts';

/** The body of `GET /v4/attachments/form/upload` (reference: signal-service §8). */
export interface AttachmentForm {
  readonly cdn: 3;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signedUploadLocation: string;
}

/** Let somebody upload one attachment, of at most `maxLength` bytes, to the TUS service at `location`. */
export async function createAttachmentForm(
  tokens: UploadTokens,
  {
    location,
    maxLength,
    now,
  }: { readonly location: string; readonly maxLength: number; readonly now: number },
): Promise<AttachmentForm> {
  const key = newAttachmentKey();
  const token = await tokens.sign({ key, maxLength }, now);
  return {
    cdn: 3,
    key,
    headers: { Authorization: `Bearer ${token}`, 'Upload-Metadata': `filename ${toBase64(utf8(key))}` },
    signedUploadLocation: location,
  };
}
