import { isBlobKey } from '../blob-key.ts';
import type { BlobStore } from '../blob-store.ts';
import { COLLECTION, MAX_ATTACHMENT_BYTES, PACE } from '../constants.ts';
import { type Exchange, type Failed, headerOf } from '../http/exchange.ts';
import type { PaceTerms } from '../http/pace.ts';
import { type Reply, refusal, replyToError, send } from '../http/reply.ts';
import type { UploadTokens } from '../tokens/upload-tokens.ts';
import { appendToUpload } from './append-to-upload.ts';
import { createUpload } from './create-upload.ts';
import { tellUpload } from './tell-upload.ts';
import { Turns } from './turns.ts';
import type { TusContext } from './tus-context.ts';
import { parseFilename, TUS } from './tus-headers.ts';
import { BUSY } from './write-body.ts';

export interface TusOptions {
  readonly blobs: BlobStore;
  readonly tokens: UploadTokens;
  readonly failed: Failed;
  /** Milliseconds. */
  readonly now: () => number;
  /** Whose blobs are uploaded here; `attachments` unless said. */
  readonly collection?: string;
  /** Bytes, whatever a token says. */
  readonly maxLength?: number;
  /** Slower bodies are ended, and can be resumed. */
  readonly pace?: PaceTerms;
}

/**
 * Resumable uploads: TUS 1.0.0 (https://tus.io/protocols/resumable-upload) with creation, creation-with-upload and
 * expiration, as Signal's clients speak it to CDN 3 (reference: signal-service §8). Everything about an upload is in
 * the store; here is only who is writing at this moment.
 */
export class TusService {
  readonly #context: TusContext;
  readonly #turns = new Turns();
  readonly #tokens: UploadTokens;
  readonly #collection: string;
  readonly #failed: Failed;

  constructor(options: TusOptions) {
    const { blobs, now, tokens, failed, maxLength = MAX_ATTACHMENT_BYTES, pace = PACE } = options;
    this.#context = { blobs, now, maxLength, pace };
    this.#tokens = tokens;
    this.#failed = failed;
    this.#collection = options.collection ?? COLLECTION.attachments;
  }

  /** Answer a request for the place where uploads are created, or, with its key, for an upload. Never rejects. */
  async serve(exchange: Exchange, key?: string): Promise<void> {
    exchange.response.setHeader('Tus-Resumable', TUS.version);
    try {
      send(exchange, await this.#answer(exchange, key));
    } catch (error) {
      send(exchange, replyToError(error, this.#failed));
    }
  }

  async #answer(exchange: Exchange, key: string | undefined): Promise<Reply> {
    const { method } = exchange.request;
    const allowed = key === undefined ? ['OPTIONS', 'POST'] : ['OPTIONS', 'HEAD', 'PATCH'];
    if (method === 'OPTIONS') return this.#tellAbilities();
    if (headerOf(exchange, 'tus-resumable') !== TUS.version) {
      return refusal(412, `this is TUS ${TUS.version}`, { 'Tus-Version': TUS.version });
    }
    if (method === undefined || !allowed.includes(method)) {
      return refusal(405, `allowed: ${allowed.join(', ')}`, { Allow: allowed.join(', ') });
    }
    const header = headerOf(exchange, 'authorization') ?? '';
    const token = /^bearer +([\w.-]{1,4096})$/i.exec(header)?.[1];
    if (token === undefined) return refusal(401, 'uploads need the token of a form');
    const verified = await this.#tokens.verify(token, this.#context.now());
    if (verified.outcome !== 'granted') return refusal(401, `the token is ${verified.outcome}`);
    const { grant } = verified;
    const named = key ?? this.#keyToCreate(exchange, grant.key);
    if (named !== grant.key) return refusal(403, 'the token is for another key');
    const blobKey = `${this.#collection}/${named}`;
    if (!isBlobKey(blobKey)) return refusal(403, 'the token is for no key of ours');
    if (method === 'HEAD') {
      await this.#turns.end(blobKey);
      return await tellUpload(this.#context, blobKey);
    }
    const changed = await this.#turns.take(blobKey, (signal) => {
      const target = { key: named, blobKey, signal };
      if (method === 'PATCH') return appendToUpload(this.#context, exchange, target);
      return createUpload(this.#context, exchange, { ...target, maxLength: grant.maxLength });
    });
    return changed ?? BUSY;
  }

  /** What the metadata names; who names nothing means the key of the token. */
  #keyToCreate(exchange: Exchange, granted: string): string | undefined {
    const named = parseFilename(headerOf(exchange, 'upload-metadata'));
    if (named.outcome === 'none') return granted;
    return named.outcome === 'read' ? named.value : undefined;
  }

  #tellAbilities(): Reply {
    return {
      status: 204,
      headers: {
        'Tus-Version': TUS.version,
        'Tus-Extension': TUS.extensions,
        'Tus-Max-Size': this.#context.maxLength,
      },
    };
  }
}
