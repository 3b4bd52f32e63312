import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import type { Socket } from 'node:net';
import { CLIENT_FRAMES_PATH, endSession, FRAME, FrameAsker } from '@sotto/frames';
import type { GuardReply, GuardRequest } from '@sotto/transport-onion';

/** As many as a guard answers at once; more is a bug of ours. */
export const MAX_REQUESTS_PER_GUARD = 128;

/** A connection without a request is kept for as long. Milliseconds. */
export const KEEP_ALIVE = 60_000;

/** A guard that reads nothing of what was sent for so long is gone. Milliseconds. */
const PATIENCE = 30_000;

/** What a guard may send that was not taken yet: long answers share one stream. Bytes. */
const WINDOW = 4 * 1024 * 1024;

const KINDS = { '/onion_req/v2': FRAME.onion, '/storage_rpc/v1': FRAME.storage } as const;

export type OpenedFrames =
  | { readonly outcome: 'open'; readonly frames: GuardFrames }
  /** Somebody is there who knows nothing of frames; the connection has ended. */
  | { readonly outcome: 'foreign' }
  | { readonly outcome: 'unreachable' };

/**
 * Open a stream of frames (docs/spec/storage-node.md, Frames) over a new connection that speaks HTTP/2. Never rejects;
 * what is not open has ended.
 */
export function openFrames(socket: Socket, authority: string, signal: AbortSignal): Promise<OpenedFrames> {
  return new Promise((resolve) => {
    const session = connectHttp2(`https://${authority}`, {
      createConnection: () => socket,
      settings: { enablePush: false, initialWindowSize: WINDOW },
    });
    const settle = (opened: OpenedFrames): void => {
      signal.removeEventListener('abort', abort);
      if (opened.outcome !== 'open') endSession(session);
      resolve(opened);
    };
    const abort = (): void => settle({ outcome: 'unreachable' });
    signal.addEventListener('abort', abort);
    session.on('error', abort);
    session.once('close', abort);
    if (session.destroyed) {
      abort();
      return;
    }
    const stream = session.request({ ':method': 'POST', ':path': CLIENT_FRAMES_PATH }, { endStream: false });
    stream.on('error', abort);
    stream.once('response', ({ ':status': status }) => {
      if (status === 200) {
        const broken = (): void => endSession(session);
        const asker = new FrameAsker(stream, { most: MAX_REQUESTS_PER_GUARD, patience: PATIENCE, broken });
        const frames = new GuardFrames(session, asker);
        stream.on('data', () => frames.heard());
        session.setLocalWindowSize(WINDOW);
        settle({ outcome: 'open', frames });
      } else settle({ outcome: status === 404 ? 'foreign' : 'unreachable' });
    });
    if (signal.aborted) abort();
  });
}

/** One connection to a guard, over which everything goes that it is asked. */
export class GuardFrames {
  readonly #session: ClientHttp2Session;
  readonly #asker: FrameAsker;
  readonly #idle: NodeJS.Timeout;
  #heardAt = performance.now();
  #closed = false;

  constructor(session: ClientHttp2Session, asker: FrameAsker) {
    this.#session = session;
    this.#asker = asker;
    this.#idle = setTimeout(() => this.#rest(), KEEP_ALIVE).unref();
    session.once('close', () => clearTimeout(this.#idle));
    session.unref();
  }

  get isOpen(): boolean {
    return !this.#closed && !this.#session.closed && !this.#session.destroyed;
  }

  /** Something came. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /** `timeout`: what is left of the request's. Never rejects. */
  async ask({ path, body, maxReply, signal }: GuardRequest, timeout: number): Promise<GuardReply> {
    const began = performance.now();
    // Whoever waits for an answer keeps its process alive.
    this.#session.ref();
    this.#idle.refresh();
    const given = signal === undefined ? {} : { signal };
    const answer = await this.#asker.ask(KINDS[path], { body, timeout, maxReply, ...given });
    if (this.#asker.underWay === 0) this.#session.unref();
    if (answer.outcome === 'answered') return answer;
    // The network may have changed under it, which TCP notices late: what is asked now goes over a new one.
    if (answer.outcome === 'timeout' && this.#heardAt < began) this.close();
    return { outcome: 'unreachable', reason: reasonOf(answer.outcome) };
  }

  /** Ask nothing further. It ends with the last answer that somebody waits for. */
  close(): void {
    this.#closed = true;
    this.#asker.close();
    if (this.#asker.underWay === 0) endSession(this.#session);
  }

  #rest(): void {
    if (this.#asker.underWay > 0) this.#idle.refresh();
    else this.close();
  }
}

type Failure = Extract<GuardReply, { outcome: 'unreachable' }>['reason'];

function reasonOf(outcome: 'timeout' | 'aborted' | 'too-large' | 'busy' | 'broken'): Failure {
  return outcome === 'busy' || outcome === 'broken' ? 'no-connection' : outcome;
}
