import { MAX_ATTACHMENT_BYTES } from '@sotto/blobs';
import { formatAttachmentForm, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, jsonReply, type Reply, reply } from '../../http/call.ts';
import { refuseNamelessUpload } from './refuse-nameless-upload.ts';
import { refuseUpload } from './refuse-upload.ts';

/**
 * `GET /v4/attachments/form/upload?uploadLength=…`: leave to upload one attachment of at most so many bytes
 * (reference: signal-service §8). Who does not say how many may send the most, and has it counted. 404 where there is no
 * room for files, 413 for more than an attachment may have. Ours: who does not say who they are pays with work, 401 without,
 * so that it can be asked through the onion network.
 */
export async function attachmentForm(context: RelayContext, call: Call): Promise<Reply> {
  const { blobs, now } = context;
  const { caller, query } = call;
  if (blobs === undefined) return reply(404);
  const asked = query.get('uploadLength') ?? String(MAX_ATTACHMENT_BYTES);
  if (!/^[1-9][0-9]{0,14}$/.test(asked)) return reply(400);
  const maxLength = Number(asked);
  if (maxLength > MAX_ATTACHMENT_BYTES) return reply(STATUS.tooLarge);
  const refusal =
    caller === undefined
      ? await refuseNamelessUpload(context, blobs, { call, bytes: maxLength })
      : refuseUpload(context, blobs, { caller, forms: 'attachments', bytes: maxLength });
  if (refusal !== undefined) return refusal;
  return jsonReply(formatAttachmentForm(await blobs.attachmentForm({ maxLength, now: now() })));
}
