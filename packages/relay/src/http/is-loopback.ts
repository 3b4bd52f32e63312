import { isIP } from 'node:net';

/** Whether a host, as it is written in options and URLs, is this machine and no other. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}
