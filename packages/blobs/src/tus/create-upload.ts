import type { CreateOutcome, UploadTerms } from '../blob-store.ts';
import { type Exchange, headerOf } from '../http/exchange.ts';
import { type Reply, refusal } from '../http/reply.ts';
import { expiresOf } from './expires-of.ts';
import type { TusContext, UploadTarget } from './tus-context.ts';
import { parseChecksum, parseCount, TUS } from './tus-headers.ts';
import { BUSY, refuseToFinish, writeBody } from './write-body.ts';

/** POST: creation, with the first bytes or all of them if there is a body (TUS 1.0.0, creation-with-upload). */
export async function createUpload(
  context: TusContext,
  exchange: Exchange,
  { blobKey, key, signal, maxLength }: UploadTarget & { readonly maxLength: number },
): Promise<Reply> {
  const length = parseCount(headerOf(exchange, 'upload-length'));
  const checksum = parseChecksum(headerOf(exchange, 'x-signal-checksum-sha256'));
  const body = bodyOf(exchange);
  if (length === undefined) return refusal(400, 'Upload-Length is missing or is no count');
  if (checksum.outcome === 'bad') return refusal(400, 'the checksum is not SHA-256 in base64');
  if (length > Math.min(maxLength, context.maxLength))
    return refusal(413, 'this is more than the form allows');
  if (body === 'other') return refusal(415, `a body has the type ${TUS.contentType}`);
  const terms: UploadTerms = {
    length,
    createdAt: context.now(),
    ...(checksum.outcome === 'read' ? { sha256: checksum.value } : {}),
  };
  const refused = refuseToCreate(await context.blobs.create(blobKey, terms));
  if (refused !== undefined) return refused;
  const headers = { Location: locationOf(exchange, key), 'Upload-Expires': expiresOf(terms) };
  if (length === 0) {
    const finished = refuseToFinish(await context.blobs.finish(blobKey));
    return finished ?? { status: 201, headers: { ...headers, 'Upload-Offset': 0 } };
  }
  if (body === 'none') return { status: 201, headers: { ...headers, 'Upload-Offset': 0 } };
  const written = await writeBody(context, exchange, { blobKey, offset: 0, length, signal });
  if (written.outcome === 'refused') return written.reply;
  return { status: 201, headers: { ...headers, 'Upload-Offset': written.offset } };
}

/** Undefined when it was created. */
function refuseToCreate(created: CreateOutcome): Reply | undefined {
  switch (created.outcome) {
    case 'created':
      return undefined;
    case 'exists':
      return refusal(409, 'this was uploaded already');
    case 'full':
      return refusal(507, 'the store is full');
    case 'busy':
      return BUSY;
  }
}

function bodyOf(exchange: Exchange): 'bytes' | 'none' | 'other' {
  const length = headerOf(exchange, 'content-length');
  const isThere =
    length === undefined ? headerOf(exchange, 'transfer-encoding') !== undefined : length !== '0';
  const type = headerOf(exchange, 'content-type');
  if (type === TUS.contentType) return 'bytes';
  return isThere || (type !== undefined && exchange.request.httpVersionMajor > 1) ? 'other' : 'none';
}

/** Where the upload lies: behind where it was created, with the key that the form named. */
function locationOf({ request }: Exchange, key: string): string {
  const path = (request.url ?? '/').replace(/\?.*$/s, '').replace(/\/+$/, '');
  return `${path}/${key}`;
}
