import type { Duplex } from 'node:stream';
import { RETRY_WHEN_BUSY_SECONDS } from '../constants.ts';

/** Who is turned away for want of room is told when to come again. */
export function endWith(stream: Duplex, status: number, now: number): void {
  const again = status === 503 ? `Retry-After: ${RETRY_WHEN_BUSY_SECONDS.most}\r\n` : '';
  stream.end(
    `HTTP/1.1 ${status} Refused\r\nX-Signal-Timestamp: ${now}\r\n${again}Content-Length: 0\r\nConnection: close\r\n\r\n`,
  );
}

/** What somebody is told whose bytes are no request; undefined when TLS has failed before there was any. */
export function statusFor(error: Error): number | undefined {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return code.startsWith('HPE_') ? 400 : undefined;
}
