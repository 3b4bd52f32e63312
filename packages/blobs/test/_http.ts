import { type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';
import { Readable } from 'node:stream';
import type { AttachmentForm } from '../src/tokens/create-attachment-form.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Asked {
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly body?: Uint8Array;
}

/** One request on a connection of its own, its path and headers as they are given. */
export async function ask(method: string, url: string, { headers = {}, body }: Asked = {}): Promise<Answer> {
  const { sent, answer } = begin(method, url, {
    'content-length': body?.length ?? 0,
    ...headers,
  });
  sent.end(body);
  return await answer;
}

/** A request whose body is written by whoever asks. */
export function begin(
  method: string,
  url: string,
  headers: Readonly<Record<string, string | number>>,
): { readonly sent: ClientRequest; readonly answer: Promise<Answer> } {
  const { hostname, port } = new URL(url);
  const path = url.slice(new URL(url).origin.length);
  const sent = request({ hostname, port, path, method, headers, agent: false });
  const answer = new Promise<Answer>((resolve, reject) => {
    sent.on('error', reject);
    sent.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
  });
  // Whoever hangs up does not wait for it.
  answer.catch(() => undefined);
  return { sent, answer };
}

/** Headers of Signal's clients for a request about an upload. */
export function tusHeaders(
  form: AttachmentForm,
  more: Readonly<Record<string, string | number>> = {},
): Readonly<Record<string, string | number>> {
  return {
    ...form.headers,
    'Tus-Resumable': '1.0.0',
    'Content-Type': 'application/offset+octet-stream',
    ...more,
  };
}

/** Upload all in one request, as Signal's client for Android begins. */
export async function uploadAtOnce(
  form: AttachmentForm,
  body: Uint8Array,
  more: Readonly<Record<string, string | number>> = {},
): Promise<Answer> {
  const headers = tusHeaders(form, { 'Upload-Length': body.length, ...more });
  return await ask('POST', form.signedUploadLocation, { headers, body });
}

/** How far an upload is, as its clients ask. */
export async function offsetOf(form: AttachmentForm): Promise<number> {
  const { status, headers } = await ask('HEAD', `${form.signedUploadLocation}/${form.key}`, {
    headers: tusHeaders(form),
  });
  if (status !== 200) throw new Error(`HEAD was answered ${status}`);
  return Number(headers['upload-offset']);
}

/** Send a stream's bytes, and resolve when the connection has taken them. */
export async function pour(bytes: Uint8Array, sent: ClientRequest): Promise<void> {
  for await (const chunk of Readable.from(chunked(bytes))) {
    if (!sent.write(chunk)) await new Promise((resolve) => sent.once('drain', resolve));
  }
}

function* chunked(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
