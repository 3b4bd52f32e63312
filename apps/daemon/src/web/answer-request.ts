import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Download } from '../app/downloads.ts';
import { answerDownload } from './answer-download.ts';
import { checkRequest, type DoorRules, type Refusal } from './check-request.ts';
import type { Page, PageFile } from './read-page.ts';

export interface Answers {
  readonly page: Page;
  readonly rules: DoorRules;
  /** What a link that a page was given leads to. */
  readonly download: (path: string) => Promise<Download | undefined>;
}

const NOTHING: Refusal = { status: 404, words: 'Nothing here.' };

/** Answer a request for a file of the page, or by a link that the page was given. There is nothing to read here but those. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { page, rules, download }: Answers,
): Promise<void> {
  const path = pathOf(request.url);
  // The exact paths that were read at the start, so that nothing else in the file system has one.
  const file = page.files.get(path);
  const refusal = checkRequest(request, rules);
  if (refusal !== undefined) return refuse(response, refusal);
  if (file !== undefined) return serve(request, response, file);
  // Only what is going to be read uses a link up.
  const given = request.method === 'GET' ? await download(path) : undefined;
  if (given === undefined) return refuse(response, NOTHING);
  await answerDownload(response, given);
}

function pathOf(url = ''): string {
  const end = url.indexOf('?');
  return end < 0 ? url : url.slice(0, end);
}

function serve(request: IncomingMessage, response: ServerResponse, file: PageFile): void {
  response.setHeader('Cache-Control', file.isIndex ? 'no-store' : 'no-cache');
  response.setHeader('ETag', file.etag);
  if (!file.isIndex && request.headers['if-none-match'] === file.etag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.body.length });
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

function refuse(response: ServerResponse, { status, words }: Refusal): void {
  const body = `${words}\n`;
  response.writeHead(status, {
    'Cache-Control': 'no-store',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
    Connection: 'close',
    ...(status === 405 ? { Allow: 'GET, HEAD' } : {}),
  });
  response.end(body);
}
