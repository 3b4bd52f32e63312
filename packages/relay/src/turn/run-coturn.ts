import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Secret, toHex, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { RelayError } from '../errors.ts';
import type { Events } from '../events.ts';
import { becomesFree } from './free-port.ts';
import { RestartPause } from './restart-pause.ts';
import { spawnGuarded } from './spawn-guarded.ts';
import type { TurnServers } from './turn-credentials.ts';

const PROGRAM = 'turnserver';

/** Ports from which media is relayed, unless told otherwise: half of them are some two hundred calls. */
const MEDIA_PORTS = { first: 49_152, last: 50_000 } as const;

/**
 * Allocations of one account at once, each of them a port: a call has one or two on each device, and more while a network
 * changes. All together have half of the ports, for coturn tries ports at random until one is free.
 */
const USER_ALLOCATIONS = 8;

export interface CoturnOptions {
  /** Where it listens and relays, and what clients dial: an address, not a name. */
  readonly listen: { readonly host: string; readonly port: number };
  /** The address that others see, when the machine is behind a router that passes ports on. */
  readonly publicIp?: string;
  readonly mediaPorts?: { readonly first: number; readonly last: number };
  readonly events: Pick<Events, 'count'>;
}

export interface Coturn {
  readonly servers: TurnServers;
  close(): Promise<void>;
}

/**
 * Run Debian's coturn beside the relay, with a secret that only the two know and that is new at each start. It keeps
 * no log, relays to no private address but its own machine's when it listens on loopback, and ends with the relay, also when
 * that is killed; when it ends by itself it is started again. Rejects with RelayError `no-coturn` where it is not installed,
 * somebody else has its port, or it does not start.
 */
export async function runCoturn({
  listen,
  publicIp,
  mediaPorts = MEDIA_PORTS,
  events,
}: CoturnOptions): Promise<Coturn> {
  // Two may listen at one port and take turns, of which each knows its own secret.
  if (!(await becomesFree(listen))) throw cannotRun();
  const secret = toHex(randomBytes(32));
  const folder = mkdtempSync(join(tmpdir(), 'sotto-coturn-'));
  chmodSync(folder, 0o700);
  const file = join(folder, 'turnserver.conf');
  // A file, since a command line can be read by everybody on the machine.
  writeFileSync(
    file,
    configuration({ listen, ...(publicIp !== undefined && { publicIp }), mediaPorts, secret, folder }),
    { mode: 0o600 },
  );
  let stopped = false;
  const pause = new RestartPause();
  let child: ChildProcess;
  let again: NodeJS.Timeout | undefined;
  const start = (): ChildProcess => {
    const started = spawnGuarded(PROGRAM, ['-c', file], { folder });
    const since = performance.now();
    started.once('error', () => undefined);
    started.once('exit', () => {
      if (stopped) return;
      events.count('coturn-ended');
      const restart = (): void => {
        child = start();
      };
      again = setTimeout(restart, pause.after(performance.now() - since)).unref();
    });
    return started;
  };
  const close = async (): Promise<void> => {
    stopped = true;
    clearTimeout(again);
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  };
  child = start();
  if (!(await lasts(child))) {
    await close();
    throw cannotRun();
  }
  const host = publicIp ?? listen.host;
  const at = host.includes(':') ? `[${host}]:${listen.port}` : `${host}:${listen.port}`;
  const urls = [`turn:${at}?transport=udp`, `turn:${at}?transport=tcp`];
  return { servers: { urls, secret: new Secret(utf8(secret)) }, close };
}

function cannotRun(): RelayError {
  return new RelayError(
    'no-coturn',
    'coturn is not installed, or cannot listen there; on Debian: apt-get install coturn',
  );
}

/** What ends within a moment has not started. */
const A_MOMENT = 750;

function lasts(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), A_MOMENT);
    for (const ended of ['exit', 'error'] as const) {
      child.once(ended, () => {
        clearTimeout(timer);
        resolve(false);
      });
    }
  });
}

function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
    return Promise.resolve();
  return new Promise((resolve) => {
    const late = setTimeout(() => child.kill('SIGKILL'), 2_000);
    child.once('exit', () => {
      clearTimeout(late);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

function configuration({
  listen,
  publicIp,
  mediaPorts,
  secret,
  folder,
}: Pick<CoturnOptions, 'listen' | 'publicIp'> & {
  readonly mediaPorts: { readonly first: number; readonly last: number };
  readonly secret: string;
  readonly folder: string;
}): string {
  const isLoopback = listen.host.startsWith('127.') || listen.host === '::1';
  return [
    `listening-ip=${listen.host}`,
    `listening-port=${listen.port}`,
    `relay-ip=${listen.host}`,
    ...(publicIp === undefined ? [] : [`external-ip=${publicIp}/${listen.host}`]),
    `min-port=${mediaPorts.first}`,
    `max-port=${mediaPorts.last}`,
    `user-quota=${USER_ALLOCATIONS}`,
    `total-quota=${Math.max(USER_ALLOCATIONS, Math.floor((mediaPorts.last - mediaPorts.first + 1) / 2))}`,
    'realm=sotto',
    'use-auth-secret',
    `static-auth-secret=${secret}`,
    'fingerprint',
    'stale-nonce=600',
    'no-tls',
    'no-dtls',
    'no-cli',
    'no-stdout-log',
    'log-file=/dev/null',
    'no-multicast-peers',
    `pidfile=${join(folder, 'turnserver.pid')}`,
    `userdb=${join(folder, 'turndb')}`,
    // Whoever may use a TURN server must not reach the machines behind it through it.
    ...(isLoopback ? ['allow-loopback-peers'] : PRIVATE_RANGES.map((range) => `denied-peer-ip=${range}`)),
    '',
  ].join('\n');
}

const PRIVATE_RANGES = [
  '0.0.0.0-0.255.255.255',
  '10.0.0.0-10.255.255.255',
  '100.64.0.0-100.127.255.255',
  '127.0.0.0-127.255.255.255',
  '169.254.0.0-169.254.255.255',
  '172.16.0.0-172.31.255.255',
  '192.0.0.0-192.0.0.255',
  '192.168.0.0-192.168.255.255',
  '198.18.0.0-198.19.255.255',
  '::1',
  '64:ff9b::-64:ff9b::ffff:ffff',
  'fc00::-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
  'fe80::-febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
];
