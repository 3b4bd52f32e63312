import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { BusError } from './errors.ts';

/** The port that IANA has for NATS. */
const DEFAULT_PORT = 4222;

/** Where NATS is, who we are to it, and how the way there is protected. */
export interface NatsTarget {
  /** `host:port` */
  readonly server: string;
  readonly user?: string;
  readonly password?: string;
  readonly token?: string;
  /** Absent: in the open, unless the server wants it otherwise. */
  readonly tls?: ConnectionOptions;
}

/**
 * Read `nats://host:port`, or `tls://` where a certificate of that name is asked for and checked, with `user:password@`
 * or `token@` before the host. `?tls_ca=FILE` names the root of the certificate. Throws BusError `bad-url`.
 */
export function parseNatsUrl(text: string): NatsTarget {
  const url = parse(text);
  const { tls_ca: rootFile, ...unknown } = Object.fromEntries(url.searchParams);
  const [surplus] = Object.keys(unknown);
  if (surplus !== undefined) {
    throw new BusError('bad-url', `the bus URL has a parameter that is not known: ${surplus}`);
  }
  if (url.protocol === 'nats:' && rootFile !== undefined) {
    throw new BusError('bad-url', 'tls_ca goes with a bus URL that begins with tls://');
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return {
    server: `${url.hostname}:${port}`,
    ...credentialsOf(decode(url.username), decode(url.password)),
    ...(url.protocol === 'tls:' ? { tls: tlsFor(host, rootFile) } : {}),
  };
}

function parse(text: string): URL {
  try {
    const url = new URL(text);
    if (/^(nats|tls):$/.test(url.protocol) && url.hostname !== '' && /^\/?$/.test(url.pathname)) return url;
  } catch {
    // What is thrown has the whole text in it.
  }
  throw new BusError('bad-url', 'the bus URL is not like nats://token@host:4222');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new BusError('bad-url', 'the bus URL has a % that is none of an escape');
  }
}

function credentialsOf(user: string, password: string): Pick<NatsTarget, 'user' | 'password' | 'token'> {
  if (user === '') return {};
  return password === '' ? { token: user } : { user, password };
}

function tlsFor(host: string, rootFile: string | undefined): ConnectionOptions {
  return {
    // The driver hands over an open socket, whose host TLS does not know when it is an address.
    checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(rootFile === undefined ? {} : { ca: readRoot(rootFile) }),
  };
}

function readRoot(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new BusError('bad-url', 'tls_ca is a file that cannot be read', { cause });
  }
}
