import { isIP } from 'node:net';
import type { GuardReply, GuardRequest, PostToGuard } from '@sotto/transport-onion';
import { checkWay, type Way } from './dial.ts';
import { NetError } from './errors.ts';
import { GuardConnection } from './guard-connection.ts';
import { MAX_REQUESTS_PER_GUARD } from './guard-frames.ts';

/** A client has two guards and tries a few more; connections to the one unused for longest are given up. */
const MAX_GUARDS = 12;

const TOO_MANY: GuardReply = { outcome: 'unreachable', reason: 'no-connection' };

export interface GuardOptions extends Way {
  /** Ask guards that know them in frames, over one connection each. Not yet what our client does (docs/decisions/0029). */
  readonly frames?: boolean;
}

/**
 * The onion road's network on Node: TLS connections that are kept between requests. No certificate is verified, since
 * nodes show self-signed ones and the onion layers prove the guard's key; no redirect is followed; nothing is ever sent
 * twice, because a guard refuses what it has seen.
 *
 * Throws NetError `bad-source`; a request that names no guard rejects with `bad-guard`.
 */
export function postToGuard({ frames = false, ...options }: GuardOptions = {}): PostToGuard {
  const way = checkWay(options);
  const guards = new Map<string, GuardConnection>();

  function guardOf({ ip, port }: GuardRequest): GuardConnection {
    const name = `${ip}:${port}`;
    const guard = guards.get(name) ?? new GuardConnection({ host: ip, port }, way, frames);
    // The order of the map is that of the last use.
    guards.delete(name);
    guards.set(name, guard);
    for (const [other, { underWay }] of guards) {
      if (guards.size <= MAX_GUARDS) break;
      if (underWay > 0) continue;
      guards.get(other)?.close();
      guards.delete(other);
    }
    return guard;
  }

  return async (request) => {
    check(request);
    const guard = guardOf(request);
    return guard.underWay < MAX_REQUESTS_PER_GUARD ? guard.ask(request) : TOO_MANY;
  };
}

function check({ ip, port }: GuardRequest): void {
  if (isIP(ip) !== 4 || !Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new NetError('bad-guard', 'a guard is an IPv4 address and a port');
  }
}
