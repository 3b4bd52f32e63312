import {
  CHAT_API,
  PATH,
  type PostPolicyForm,
  parseAttachmentForm,
  parseStickerPackForm,
  STATUS,
} from '@sotto/protocol';
import { forDevices, type GrpcMethod, jsonOf } from './unary.ts';

/** Leave to upload (reference: signal-service §8; appendix, gRPC org.signal.chat.attachments). */

const { method } = CHAT_API.Attachments;

export const ATTACHMENTS: readonly GrpcMethod[] = [
  forDevices(
    method.getUploadForm,
    ({ uploadLength }) => ({
      verb: 'GET',
      path: `${PATH.attachmentForm}?uploadLength=${uploadLength}`,
    }),
    {
      // The form has the same names in both.
      ok: (reply) => ({
        outcome: { case: 'uploadForm' as const, value: parseAttachmentForm(jsonOf(reply)) },
      }),
      [STATUS.tooLarge]: () => TOO_LONG,
    },
  ),
  forDevices(
    method.getStickerUploadForm,
    ({ stickerCount }) => ({ verb: 'GET', path: PATH.stickerForm(stickerCount) }),
    {
      ok: (reply) => {
        const { packId, manifest, stickers } = parseStickerPackForm(jsonOf(reply));
        return { packId, manifestUploadForm: toForm(manifest), stickerUploadForms: stickers.map(toForm) };
      },
    },
  ),
];

const TOO_LONG = { outcome: { case: 'exceedsMaxUploadLength', value: {} } } as const;

/** Without the number that only the other form has. */
function toForm({
  key,
  credential,
  acl,
  algorithm,
  date,
  policy,
  signature,
}: PostPolicyForm): PostPolicyForm {
  return { key, credential, acl, algorithm, date, policy, signature };
}
