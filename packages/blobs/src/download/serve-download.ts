import { isBlobKey } from '../blob-key.ts';
import type { BlobStore, ByteRange } from '../blob-store.ts';
import { PACE } from '../constants.ts';
import { type Exchange, type Failed, headerOf } from '../http/exchange.ts';
import { Ended, type PaceTerms } from '../http/pace.ts';
import { dropRest, type Reply, refusal, replyToError, send } from '../http/reply.ts';
import { writeAtPace } from '../http/write-at-pace.ts';
import { parseRange } from './parse-range.ts';

export interface DownloadOptions {
  readonly blobs: BlobStore;
  readonly failed: Failed;
  /** Who takes an answer more slowly is cut off, and can go on with a range. */
  readonly pace?: PaceTerms;
}

/**
 * What a browser that was led here must not do with ciphertext: guess, run or show it. No time is told, because it
 * would be that of somebody's upload.
 */
const ALWAYS = {
  'Accept-Ranges': 'bytes',
  // A key never means other bytes.
  'Cache-Control': 'public, max-age=31536000, immutable',
  'Content-Type': 'application/octet-stream',
  'Content-Disposition': 'attachment',
  'X-Content-Type-Options': 'nosniff',
} as const;

const NOTHING_HERE = refusal(404, 'there is nothing here', { 'Cache-Control': 'no-store' });

/** GET or HEAD of a finished blob, for whoever knows its key; one range (RFC 9110 §14). Never rejects. */
export async function serveDownload(
  options: DownloadOptions,
  exchange: Exchange,
  key: string,
): Promise<void> {
  try {
    const decided = await decide(options.blobs, exchange, key);
    if ('reply' in decided) send(exchange, decided.reply);
    else await sendBlob(options, exchange, decided);
  } catch (error) {
    send(exchange, replyToError(error, options.failed));
  }
}

/** What is to be sent: a part or all of a blob, or an answer without one. */
type Decided =
  | { readonly reply: Reply }
  | { readonly key: string; readonly size: number; readonly etag: string; readonly range?: ByteRange };

async function decide(blobs: BlobStore, exchange: Exchange, key: string): Promise<Decided> {
  const { method } = exchange.request;
  if (method !== 'GET' && method !== 'HEAD') {
    return { reply: refusal(405, 'allowed: GET, HEAD', { Allow: 'GET, HEAD' }) };
  }
  const found = isBlobKey(key) ? await blobs.find(key) : undefined;
  if (found?.outcome !== 'finished') return { reply: NOTHING_HERE };
  const etag = `"${found.etag}"`;
  if (isKnown(headerOf(exchange, 'if-none-match'), etag)) {
    return { reply: { status: 304, headers: { ETag: etag, 'Cache-Control': ALWAYS['Cache-Control'] } } };
  }
  const condition = headerOf(exchange, 'if-range');
  const isAsked = method === 'GET' && (condition === undefined || condition === etag);
  const asked = parseRange(isAsked ? headerOf(exchange, 'range') : undefined, found.size);
  switch (asked.outcome) {
    case 'outside': {
      const headers = { 'Content-Range': `bytes */${found.size}` };
      return { reply: refusal(416, `there are ${found.size} bytes`, headers) };
    }
    case 'part':
      return { key, size: found.size, etag, range: asked.range };
    case 'whole':
      return { key, size: found.size, etag };
  }
}

async function sendBlob(
  { blobs, failed, pace = PACE }: DownloadOptions,
  exchange: Exchange,
  { key, size, etag, range }: Exclude<Decided, { readonly reply: Reply }>,
): Promise<void> {
  const { request, response } = exchange;
  const isHead = request.method === 'HEAD';
  const opened = isHead ? undefined : await blobs.read(key, range);
  if (opened?.outcome === 'absent') return send(exchange, NOTHING_HERE);
  for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
  response.setHeader('ETag', etag);
  response.setHeader('Content-Length', range === undefined ? size : range.last - range.first + 1);
  if (range !== undefined) response.setHeader('Content-Range', `bytes ${range.first}-${range.last}/${size}`);
  response.writeHead(range === undefined ? 200 : 206);
  dropRest(exchange);
  if (opened === undefined) {
    response.end();
    return;
  }
  try {
    await writeAtPace(response, opened.stream, pace);
  } catch (error) {
    // A length was promised: that the connection ends is how the other side learns that this is not all.
    if (!response.destroyed && !(error instanceof Ended)) failed(error);
    response.destroy();
  }
}

/** `If-None-Match` (RFC 9110 §13.1.2). */
function isKnown(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((told) => told.trim().replace(/^W\//, '') === etag);
}
