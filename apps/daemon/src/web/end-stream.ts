import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Refusal } from './check-request.ts';
import { securityHeaders } from './security-headers.ts';

/** Answer on a stream that has no response to write to, and end it: upgrades, and bytes that are no HTTP. */
export function endStream(stream: Duplex, { status, words }: Refusal, authority: string): void {
  if (!stream.writable) {
    stream.destroy();
    return;
  }
  const body = `${words}\n`;
  const headers = Object.entries({
    ...securityHeaders(authority),
    'Cache-Control': 'no-store',
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': String(body.length),
    Connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  stream.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headers.join('')}\r\n${body}`, () =>
    stream.destroy(),
  );
}
