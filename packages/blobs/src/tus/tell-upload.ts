import { type Reply, refusal } from '../http/reply.ts';
import { expiresOf, isExpired } from './expires-of.ts';
import type { TusContext } from './tus-context.ts';

/** HEAD: how far an upload is (TUS 1.0.0, core). A finished one is as far as it is long. */
export async function tellUpload({ blobs, now }: TusContext, blobKey: string): Promise<Reply> {
  let found = await blobs.find(blobKey);
  if (found.outcome === 'unfinished' && found.offset === found.terms.length) {
    // A crash came between the last byte and the end.
    await blobs.finish(blobKey);
    found = await blobs.find(blobKey);
  }
  const headers = { 'Cache-Control': 'no-store' };
  switch (found.outcome) {
    case 'absent':
      return refusal(404, 'there is no such upload', headers);
    case 'finished':
      return {
        status: 200,
        headers: { ...headers, 'Upload-Offset': found.size, 'Upload-Length': found.size },
      };
    case 'unfinished': {
      const { terms, offset } = found;
      if (isExpired(terms, now())) return refusal(410, 'this upload has expired', headers);
      return {
        status: 200,
        headers: {
          ...headers,
          'Upload-Offset': offset,
          'Upload-Length': terms.length,
          'Upload-Expires': expiresOf(terms),
        },
      };
    }
  }
}
