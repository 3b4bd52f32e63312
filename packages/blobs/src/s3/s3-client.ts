import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { Agent, type Dispatcher, request } from 'undici';
import { BlobsError } from '../errors.ts';

export interface S3Options {
  /** `https://host[:port]`, without the bucket. */
  readonly endpoint: string;
  /** It must be there. Addressed by path, as every S3-compatible store takes it. */
  readonly bucket: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** An object, or absent for the bucket itself. */
  readonly object?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
}

export interface S3Answer {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: Dispatcher.ResponseData['body'];
}

/** A store that does not begin to answer, or pauses, for longer is not there. Milliseconds. */
const PATIENCE = 30_000;

/** An object that is streamed into the store is answered when all of it is there: 100 MiB over a slow line. Milliseconds. */
const PATIENCE_FOR_STREAMS = 15 * 60_000;

/** What is tried again, and how long after: a store that restarts is back in less. */
const PAUSES = [200, 800, 2_000];
const PASSING = new Set([429, 500, 502, 503, 504]);

/** How stores say that a disk or a quota is full: Swift and Ceph, MinIO. */
const FULL = /^(QuotaExceeded|InsufficientCapacity|XMinioStorageFull|XMinioAdminBucketQuotaExceeded)$/;

/** Requests to one bucket, signed with AWS Signature Version 4. Answers of any status are answers. */
export class S3Client {
  readonly #options: S3Options;
  readonly #base: string;
  readonly #agent = new Agent({ bodyTimeout: PATIENCE, connections: 64 });

  constructor(options: S3Options) {
    this.#options = options;
    this.#base = `${options.endpoint.replace(/\/+$/, '')}/${options.bucket}`;
  }

  /** Everything that is asked here may be asked twice. A body that is a stream cannot, so it gets one try. */
  async send(asked: S3Request): Promise<S3Answer> {
    const pauses = isStream(asked.body) ? [] : PAUSES;
    for (let tries = 0; ; tries++) {
      const pause = pauses[tries];
      try {
        const answer = await this.#sendOnce(asked);
        if (pause === undefined || !PASSING.has(answer.status)) return answer;
        await answer.body.dump();
      } catch (error) {
        if (pause === undefined) throw error;
      }
      await setTimeout(pause * (0.5 + Math.random()));
    }
  }

  async #sendOnce({ method, object, query = {}, headers = {}, body }: S3Request): Promise<S3Answer> {
    const url = new URL(object === undefined ? this.#base : `${this.#base}/${object}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const signed = await new AwsV4Signer({
      ...this.#options.credentials,
      method,
      url: url.href,
      headers: { 'x-amz-content-sha256': isStream(body) ? 'UNSIGNED-PAYLOAD' : hashOf(body), ...headers },
      region: this.#options.region,
      service: 's3',
    }).sign();
    try {
      const answer = await request(signed.url, {
        method,
        headers: Object.fromEntries(signed.headers),
        body: isStream(body) ? Readable.from(body, { objectMode: false }) : (body ?? null),
        headersTimeout: isStream(body) ? PATIENCE_FOR_STREAMS : PATIENCE,
        dispatcher: this.#agent,
      });
      const header = (name: string): string | undefined => {
        const value = answer.headers[name];
        return typeof value === 'string' ? value : undefined;
      };
      return { status: answer.statusCode, header, body: answer.body };
    } catch (error) {
      throw new BlobsError('unreachable', 'the S3 store does not answer', { cause: error });
    }
  }

  /** An answer that nobody has a use for. What the store says of itself goes no further than its code. */
  async unexpected({ status, body }: S3Answer): Promise<BlobsError> {
    const text = await body.text().catch(() => '');
    const code = /<Code>([A-Za-z]{1,64})<\/Code>/.exec(text)?.[1] ?? 'no code';
    const message = `the S3 store answered ${status} (${code})`;
    if (status === 507 || FULL.test(code)) return new BlobsError('full', message);
    return new BlobsError(PASSING.has(status) ? 'unreachable' : 'refused', message);
  }

  close(): void {
    // Whoever is still reading is let finish.
    void this.#agent.close();
  }
}

function isStream(body: S3Request['body']): body is AsyncIterable<Uint8Array> {
  return body !== undefined && !(body instanceof Uint8Array);
}

function hashOf(body: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(body ?? '')
    .digest('hex');
}
