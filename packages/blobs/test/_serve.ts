import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asBytes } from '@sotto/bytes';
import type { BlobStore } from '../src/blob-store.ts';
import { serveDownload } from '../src/download/serve-download.ts';
import { servePostUpload } from '../src/forms/serve-post-upload.ts';
import { UploadForms } from '../src/forms/upload-forms.ts';
import type { Exchange } from '../src/http/exchange.ts';
import type { PaceTerms } from '../src/http/pace.ts';
import { type AttachmentForm, createAttachmentForm } from '../src/tokens/create-attachment-form.ts';
import { UploadTokens } from '../src/tokens/upload-tokens.ts';
import { TusService } from '../src/tus/tus-service.ts';

const SECRET = asBytes(Buffer.alloc(32, 9));
const UPLOADS = '/upload/attachments';

export interface ServingOptions {
  readonly blobs: BlobStore;
  readonly pace?: PaceTerms;
  readonly now?: () => number;
  readonly maxLength?: number;
  readonly isWanted?: (key: string) => Promise<boolean>;
}

/** All that the package serves, as a relay would mount it. */
export class Serving {
  readonly tokens = new UploadTokens({ secret: SECRET, audience: 'attachments' });
  readonly forms = new UploadForms({ secret: SECRET });
  /** What was reported as a failure of the server's own. */
  readonly failures: unknown[] = [];
  readonly #options: ServingOptions;
  readonly #tus: TusService;
  #url = '';

  constructor(options: ServingOptions) {
    this.#options = options;
    this.#tus = new TusService({ ...this.#common, ...options, tokens: this.tokens });
  }

  get #common() {
    const { blobs, now = Date.now, pace } = this.#options;
    const failed = (error: unknown): void => {
      this.failures.push(error);
    };
    return { blobs, now, failed, ...(pace === undefined ? {} : { pace }) };
  }

  async serve(exchange: Exchange): Promise<void> {
    const path = exchange.request.url ?? '';
    if (path.startsWith(UPLOADS)) {
      await this.#tus.serve(exchange, path === UPLOADS ? undefined : path.slice(UPLOADS.length + 1));
    } else if (path === '/') {
      const { isWanted } = this.#options;
      const options = { ...this.#common, forms: this.forms, ...(isWanted && { isWanted }) };
      await servePostUpload(options, exchange);
    } else {
      await serveDownload(this.#common, exchange, path.slice(1));
    }
  }

  /** A form that can be used at this server. */
  async form(maxLength: number, now = Date.now()): Promise<AttachmentForm> {
    return await createAttachmentForm(this.tokens, { location: `${this.#url}${UPLOADS}`, maxLength, now });
  }

  get url(): string {
    return this.#url;
  }

  async listen(): Promise<Server> {
    const server = createServer((request: IncomingMessage, response: ServerResponse) => {
      void this.serve({ request, response });
    });
    // Bodies are bounded by the pace; see the README.
    server.requestTimeout = 0;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return server;
  }
}
