import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { DatabaseError } from '../errors.ts';

/** PostgreSQL's own default. */
const DEFAULT_PORT = 5432;

/** Where a server is, who we are to it, and how the way there is protected. */
export interface PostgresTarget {
  readonly host: string;
  readonly port: number;
  /** Instead of a host: the socket of a server on this machine. */
  readonly path?: string;
  /** Absent: what PGUSER and PGPASSWORD say, or the user of the operating system. */
  readonly user?: string;
  readonly password?: string;
  readonly database: string;
  /** False: in the open. */
  readonly tls: ConnectionOptions | false;
}

/**
 * Read `postgres://user:password@host:port/database`, and of libpq's parameters `sslmode` (`disable`, `require`,
 * `verify-full`), `sslrootcert` (a file) and `host` (the folder of a socket). Without `sslmode` a certificate is
 * asked for and checked, save on this machine. Throws DatabaseError `unreadable`, which names no part of the URL
 * but the parameter that is wrong.
 */
export function parsePostgresUrl(text: string): PostgresTarget {
  const url = parse(text);
  const { sslmode, sslrootcert, host: folder, ...unknown } = Object.fromEntries(url.searchParams);
  const [surplus] = Object.keys(unknown);
  if (surplus !== undefined)
    throw unreadable(`the database URL has a parameter that is not known: ${surplus}`);
  const database = decode(url.pathname.slice(1));
  if (database === '') throw unreadable('the database URL names no database');
  const host = url.hostname.replace(/^\[|\]$/g, '') || 'localhost';
  const port = url.port === '' ? DEFAULT_PORT : Number(url.port);
  return {
    host,
    port,
    ...(folder === undefined ? {} : { path: `${folder}/.s.PGSQL.${port}` }),
    ...(url.username === '' ? {} : { user: decode(url.username) }),
    ...(url.password === '' ? {} : { password: decode(url.password) }),
    database,
    tls: tlsFor(host, sslmode ?? defaultMode(host, folder), sslrootcert),
  };
}

function parse(text: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === 'postgres:' || url.protocol === 'postgresql:') return url;
  } catch {
    // What is thrown has the whole text in it.
  }
  throw unreadable('the database URL is not like postgres://user:password@host:5432/database');
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw unreadable('the database URL has a % that is none of an escape');
  }
}

function defaultMode(host: string, folder: string | undefined): string {
  const isHere = folder !== undefined || host === 'localhost' || host === '::1' || /^127\./.test(host);
  return isHere ? 'disable' : 'verify-full';
}

function tlsFor(host: string, mode: string, rootFile: string | undefined): ConnectionOptions | false {
  if (mode === 'disable') return false;
  if (mode === 'require') return { rejectUnauthorized: false };
  if (mode !== 'verify-full') throw unreadable('sslmode is disable, require or verify-full');
  return {
    // The driver hands over an open socket, whose host TLS does not know.
    checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(rootFile === undefined ? {} : { ca: readRoot(rootFile) }),
  };
}

function readRoot(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new DatabaseError('unreadable', 'sslrootcert is a file that cannot be read', { cause });
  }
}

const unreadable = (message: string): DatabaseError => new DatabaseError('unreadable', message);
