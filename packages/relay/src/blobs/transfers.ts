import {
  COLLECTION,
  type Exchange,
  refusal,
  send,
  serveDownload,
  servePostUpload,
  TusService,
} from '@sotto/blobs';
import { clientAt, FairShare } from '@sotto/limits';
import { HEADER } from '@sotto/protocol';
import { MAX_TRANSFERS, RETRY_WHEN_FULL_SECONDS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { busyPause } from '../http/call.ts';
import { isWantedAvatar } from '../store/profiles.ts';
import { type RelayBlobs, UPLOADS } from './relay-blobs.ts';

type Answer = () => Promise<void>;

const COLLECTIONS = new RegExp(`^/(?:${Object.values(COLLECTION).join('|')})/`);

/**
 * Uploads and downloads: requests whose bytes pass through and are never in memory as a whole. They may take
 * minutes, so they have places of their own, and whoever uses all of these holds up no message.
 */
export class Transfers {
  readonly #context: Pick<RelayContext, 'store' | 'events' | 'now'>;
  readonly #blobs: RelayBlobs;
  readonly #tus: TusService;
  readonly #places = new FairShare(MAX_TRANSFERS);
  readonly #running = new Set<Exchange>();
  #ended = false;

  constructor(context: Pick<RelayContext, 'store' | 'events' | 'now'>, blobs: RelayBlobs) {
    this.#context = context;
    this.#blobs = blobs;
    this.#tus = new TusService({ ...this.#common, tokens: blobs.tokens });
  }

  /** How many there are. */
  get running(): number {
    return this.#running.size;
  }

  /** Whether a request is about the bytes of a file. */
  takes(method = '', target = ''): boolean {
    const path = pathOf(target);
    // Signal's clients post their forms to the root of a host (reference: signal-service §8).
    return isUpload(path) || (path === '/' && method === 'POST') || COLLECTIONS.test(path);
  }

  /** Answer a request from an address; undefined when it is about something else. Never rejects. */
  serve(exchange: Exchange, from: string): Promise<void> | undefined {
    const { method, url } = exchange.request;
    if (!this.takes(method, url)) return undefined;
    const path = pathOf(url ?? '');
    if (isUpload(path)) {
      const key = path.slice(UPLOADS.length + 1);
      return this.#upload(exchange, from, () => this.#tus.serve(exchange, key === '' ? undefined : key));
    }
    if (path === '/') return this.#upload(exchange, from, () => this.#post(exchange));
    return this.#inTurn(exchange, from, () => serveDownload(this.#common, exchange, path.slice(1)));
  }

  /** Take no more, and cut what bytes pass through: uploads keep what came of them, and all can be resumed. */
  end(): void {
    this.#ended = true;
    for (const { request, response } of this.#running) {
      if (!request.complete || response.headersSent) response.destroy();
    }
  }

  get #common() {
    const { events, now } = this.#context;
    return { blobs: this.#blobs.store, failed: (error: unknown): void => events.failed(error), now };
  }

  #post(exchange: Exchange): Promise<void> {
    const { store } = this.#context;
    const isWanted = async (key: string): Promise<boolean> =>
      !key.startsWith(`${COLLECTION.profiles}/`) || (await store.read(() => isWantedAvatar(key)));
    return servePostUpload({ ...this.#common, forms: this.#blobs.forms, isWanted }, exchange);
  }

  async #upload(exchange: Exchange, from: string, answer: Answer): Promise<void> {
    await this.#inTurn(exchange, from, async () => {
      const takes = exchange.request.method === 'POST' || exchange.request.method === 'PATCH';
      if (!takes || !this.#blobs.full) return answer();
      this.#context.events.count('disk-refused');
      refuse(exchange, 507, RETRY_WHEN_FULL_SECONDS);
    });
  }

  async #inTurn(exchange: Exchange, from: string, answer: Answer): Promise<void> {
    exchange.response.setHeader(HEADER.timestamp, String(this.#context.now()));
    if (this.#ended) return refuse(exchange, 503, busySeconds());
    const leave = this.#places.enter(clientAt(from));
    if (leave === undefined) {
      this.#context.events.count('overloaded');
      return refuse(exchange, 429, busySeconds());
    }
    this.#running.add(exchange);
    try {
      await answer();
    } finally {
      this.#running.delete(exchange);
      leave();
    }
  }
}

function pathOf(target: string): string {
  return target.replace(/\?.*$/s, '');
}

function isUpload(path: string): boolean {
  return path === UPLOADS || path.startsWith(`${UPLOADS}/`);
}

function refuse(exchange: Exchange, status: number, seconds: number): void {
  send(exchange, refusal(status, WORDS[status] ?? '', { 'Retry-After': seconds }));
}

const WORDS: Readonly<Record<number, string>> = {
  429: 'too many others are uploading and downloading',
  503: 'the relay is stopping',
  507: 'the disk is full',
};

function busySeconds(): number {
  return busyPause() / 1000;
}
