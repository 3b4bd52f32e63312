import { isIP } from 'node:net';
import type { Bytes } from '@sotto/bytes';
import type { Address } from './address.ts';
import { NetError } from './errors.ts';

/** Where to connect, taken apart and checked. */
export interface Target extends Address {
  readonly url: URL;
  readonly tls: boolean;
}

const PIN_BYTES = 32;

/** Token and field characters of RFC 9110 §5.5 and §5.6.2: no line can be smuggled into the request. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e]*$/;

/** Check what the caller asks for. Throws NetError. */
export function checkTarget(request: {
  readonly url: string;
  readonly pin?: Bytes;
  readonly headers: Readonly<Record<string, string>>;
}): Target {
  const url = parse(request.url);
  const tls = url.protocol === 'wss:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!tls && !(url.protocol === 'ws:' && isLoopback(host))) {
    throw new NetError('insecure-url', 'only wss, or ws to this machine, is connected to');
  }
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw new NetError('insecure-url', 'a socket URL carries no user name and no fragment');
  }
  if (request.pin && (request.pin.length !== PIN_BYTES || !tls)) {
    throw new NetError('bad-pin', `a pin is ${PIN_BYTES} bytes and needs TLS`);
  }
  for (const [name, value] of Object.entries(request.headers)) {
    if (!HEADER_NAME.test(name) || !HEADER_VALUE.test(value)) {
      throw new NetError('bad-header', 'a header has characters that cannot be sent');
    }
  }
  const port = url.port === '' ? (tls ? 443 : 80) : Number(url.port);
  return { url, host, port, tls };
}

function parse(text: string): URL {
  try {
    return new URL(text);
  } catch {
    throw new NetError('insecure-url', 'not a URL');
  }
}

/** This machine by name or number (RFC 6761 §6.3, RFC 1122 §3.2.1.3). */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
