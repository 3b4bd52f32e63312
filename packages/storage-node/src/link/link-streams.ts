import { type ClientHttp2Session, type ClientHttp2Stream, constants } from 'node:http2';
import { TokenBuckets } from '@sotto/limits';
import { MAX_STREAMS, RESERVED_STREAMS, RESETS } from '../constants.ts';

/**
 * The requests that are open on one link, which clients share that know nothing of each other. HTTP/2 ends a
 * connection on which too many streams are broken off (the answer to CVE-2023-44487), and lets the next one
 * wait when as many are open as the other side allows: either way one client could hold up all the others.
 */
export class LinkStreams {
  readonly #session: ClientHttp2Session;
  readonly #resets = new TokenBuckets(RESETS);
  #open = 0;

  constructor(session: ClientHttp2Session) {
    this.#session = session;
  }

  /** Whether a request that gives way to others may be made. */
  get hasRoom(): boolean {
    const { maxConcurrentStreams = MAX_STREAMS } = this.#session.remoteSettings ?? {};
    return this.#open < maxConcurrentStreams - RESERVED_STREAMS;
  }

  add(stream: ClientHttp2Stream): void {
    this.#open += 1;
    stream.once('close', () => {
      this.#open -= 1;
    });
  }

  /** Nobody waits for this answer any more: break it off, or let it come when that was done too often of late. */
  leave(stream: ClientHttp2Stream): void {
    if (stream.closed || stream.destroyed) return;
    const permit = this.#resets.take('', performance.now());
    if (permit.outcome === 'ok') stream.close(constants.NGHTTP2_CANCEL);
    else setTimeout(() => this.leave(stream), LATER).unref();
  }
}

/** Milliseconds. Most are answered by then, since a long poll and a hop's patience end. */
const LATER = 5_000;
