import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkRequest, type DoorRules, type Refusal } from './check-request.ts';
import type { Page, PageFile } from './read-page.ts';

/** Answer a request for a file of the page. There is nothing to read or write here but those. */
export function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { page, rules }: { readonly page: Page; readonly rules: DoorRules },
): void {
  // The exact paths that were read at the start, so that nothing else in the file system has one.
  const file = page.files.get(pathOf(request.url));
  const refusal = checkRequest(request, rules);
  if (refusal !== undefined) refuse(response, refusal);
  else if (file === undefined) refuse(response, { status: 404, words: 'Nothing here.' });
  else serve(request, response, file);
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
