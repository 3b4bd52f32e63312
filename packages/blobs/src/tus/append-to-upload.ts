import { type Exchange, headerOf } from '../http/exchange.ts';
import { type Reply, refusal } from '../http/reply.ts';
import { expiresOf, isExpired } from './expires-of.ts';
import type { TusContext, UploadTarget } from './tus-context.ts';
import { parseCount, TUS } from './tus-headers.ts';
import { writeBody } from './write-body.ts';

/** PATCH: more bytes, at the offset where the upload stands (TUS 1.0.0, core). */
export async function appendToUpload(
  context: TusContext,
  exchange: Exchange,
  { blobKey, signal }: UploadTarget,
): Promise<Reply> {
  if (headerOf(exchange, 'content-type') !== TUS.contentType) {
    return refusal(415, `a body has the type ${TUS.contentType}`);
  }
  const offset = parseCount(headerOf(exchange, 'upload-offset'));
  if (offset === undefined) return refusal(400, 'Upload-Offset is missing or is no count');
  const found = await context.blobs.find(blobKey);
  if (found.outcome === 'absent') return refusal(404, 'there is no such upload');
  const length = found.outcome === 'finished' ? found.size : found.terms.length;
  // Signal's client for Android says the length again with every PATCH.
  const announced = headerOf(exchange, 'upload-length');
  if (announced !== undefined && parseCount(announced) !== length) {
    return refusal(400, `Upload-Length was ${length}`);
  }
  if (found.outcome === 'finished') {
    const status = offset === length ? 204 : 409;
    return { status, headers: { 'Upload-Offset': length } };
  }
  if (isExpired(found.terms, context.now())) return refusal(410, 'this upload has expired');
  const coming = parseCount(headerOf(exchange, 'content-length')) ?? 0;
  if (offset + coming > length) return refusal(413, 'this is more than was announced');
  const written = await writeBody(context, exchange, { blobKey, offset, length, signal });
  if (written.outcome === 'refused') return written.reply;
  const headers = { 'Upload-Offset': written.offset };
  return {
    status: 204,
    headers: written.finished ? headers : { ...headers, 'Upload-Expires': expiresOf(found.terms) },
  };
}
