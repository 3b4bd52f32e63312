import {
  type ClientHttp2Session,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import { asBytes } from '@sotto/bytes';
import type { FrameAnswer, FrameRequest } from '@sotto/frames';

export interface LinkRequest extends FrameRequest {
  readonly path: string;
  /** How long it may wait for a node that has been down for a moment only. Milliseconds. */
  readonly patience?: number;
  /** Turned away when the link is nearly full, so that what members tell each other has room. */
  readonly yields?: true;
}

export type LinkReply =
  | FrameAnswer
  /** There is no connection; nothing was sent. */
  | { readonly outcome: 'down' }
  /** There is one, and the other side has not answered of late; nothing was sent. */
  | { readonly outcome: 'silent' };

/** One request over an open HTTP/2 session, by a stream of its own. Never rejects. */
export function exchange(session: ClientHttp2Session, request: LinkRequest): Promise<LinkReply> {
  if (request.signal?.aborted === true) return Promise.resolve({ outcome: 'aborted' });
  return new Promise((resolve) => {
    let stream: ReturnType<ClientHttp2Session['request']>;
    try {
      stream = session.request({ ':method': 'POST', ':path': request.path });
    } catch {
      // Between our look at the session and this request it was told to close.
      resolve({ outcome: 'broken' });
      return;
    }
    let status = 0;
    let announced: number | undefined;
    let length = 0;
    let settled = false;
    const parts: Buffer[] = [];
    const settle = (reply: LinkReply): void => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', abort);
      if (reply.outcome !== 'answered') stream.close(constants.NGHTTP2_CANCEL);
      resolve(reply);
    };
    const timer = setTimeout(() => settle({ outcome: 'timeout' }), request.timeout);
    const abort = (): void => settle({ outcome: 'aborted' });
    request.signal?.addEventListener('abort', abort, { once: true });
    stream.on('response', (headers: IncomingHttpHeaders & IncomingHttpStatusHeader) => {
      status = headers[':status'] ?? 0;
      announced = Number(headers['content-length'] ?? Number.NaN);
    });
    stream.on('data', (part: Buffer) => {
      if (settled) return;
      length += part.length;
      if (length > request.maxReply) settle({ outcome: 'too-large' });
      else if (request.hold?.(part.length) === false) settle({ outcome: 'busy' });
      else parts.push(part);
    });
    stream.on('end', () => {
      // A stream that the other side gives up may end like one that is whole.
      if (status === 0 || announced !== length) settle({ outcome: 'broken' });
      else settle({ outcome: 'answered', status, body: asBytes(Buffer.concat(parts)) });
    });
    stream.on('error', () => settle({ outcome: 'broken' }));
    stream.on('close', () => settle({ outcome: 'broken' }));
    stream.end(request.body);
  });
}
