import { COLLECTION } from '@sotto/blobs';
import { toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { formatStickerPackForm, MAX_STICKERS } from '@sotto/protocol';
import { MAX_STICKER_BYTES, MAX_STICKER_MANIFEST_BYTES } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import { refuseUpload } from './refuse-upload.ts';

/**
 * `GET /v1/sticker/pack/form/{count}`: leave to upload the manifest and the stickers of a new pack, whose ID is random
 * (reference: signal-service §8). 404 where there is no room for files.
 */
export function stickerPackForm(
  context: RelayContext,
  { caller, parameters: [asked = ''] }: Call & { caller: Caller },
): Reply {
  const { blobs, now } = context;
  if (blobs === undefined) return reply(404);
  const count = /^[1-9][0-9]{0,2}$/.test(asked) ? Number(asked) : 0;
  if (count === 0 || count > MAX_STICKERS) return reply(400);
  const bytes = MAX_STICKER_MANIFEST_BYTES + count * MAX_STICKER_BYTES;
  const refusal = refuseUpload(context, blobs, { caller, forms: 'stickerPacks', bytes });
  if (refusal !== undefined) return refusal;
  const packId = toHex(randomBytes(16));
  const at = now();
  const form = (id: number, name: string, maxLength: number) => ({
    id,
    ...blobs.forms.create({ key: `${COLLECTION.stickers}/${packId}/${name}`, maxLength, now: at }),
  });
  return jsonReply(
    formatStickerPackForm({
      packId,
      manifest: form(-1, 'manifest.proto', MAX_STICKER_MANIFEST_BYTES),
      stickers: Array.from({ length: count }, (_, id) => form(id, `full/${id}`, MAX_STICKER_BYTES)),
    }),
  );
}
