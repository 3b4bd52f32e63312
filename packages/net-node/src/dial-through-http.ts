import { request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { concatBytes, utf8 } from '@sotto/bytes';
import type { Address } from './address.ts';
import type { ProxyAddress } from './proxy.ts';

/**
 * Ask a proxy for a tunnel (RFC 9110 §9.3.6) over a connection to it. True when it has one: what is
 * written from now on reaches the target.
 */
export function throughHttp(
  stream: Socket,
  { login }: ProxyAddress,
  { host, port }: Address,
): Promise<boolean> {
  return new Promise((resolve) => {
    const authority = `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
    const asking = request({
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...(login && { 'proxy-authorization': basic(login) }) },
      createConnection: () => stream,
    });
    asking.once('connect', ({ statusCode = 0 }, _, early: Buffer) => {
      const opened = statusCode >= 200 && statusCode < 300;
      if (opened && early.length > 0) stream.unshift(early);
      resolve(opened);
    });
    asking.once('error', () => resolve(false));
    asking.once('close', () => resolve(false));
    asking.end();
  });
}

/** RFC 7617 §2. */
function basic({ user, password }: NonNullable<ProxyAddress['login']>): string {
  const pair = concatBytes(utf8(`${user}:`), password.expose());
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
