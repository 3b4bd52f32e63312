import { createHash } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** Hosts of this range are clients; servers of a devnet have lower ones. */
const FIRST_CLIENT = 210;
const LAST_CLIENT = 250;

/**
 * The address that a profile dials from in a network that lives on one machine, so that each client has
 * an address of its own there as it would have anywhere: 127.A.x.y, with A of the network's own servers
 * and the rest from the profile's path. Undefined leaves the choice to the system: outside such a
 * network, in 127.0.x.y, and on systems that do not answer on all of 127.0.0.0/8.
 */
export function sourceAddress(request: {
  /** Hosts of everything that is dialled: the relay first, then the storage nodes. */
  readonly hosts: readonly string[];
  /** Canonical path. */
  readonly profile: string;
  readonly platform: NodeJS.Platform;
}): string | undefined {
  const { hosts, profile, platform } = request;
  const [first] = hosts;
  if (platform !== 'linux' || first === undefined || !hosts.every(isLoopback)) return undefined;
  const network = Number(first.split('.')[1]);
  if (network === 0) return undefined;
  const [high = 0, low = 0] = createHash('sha256').update(`sotto source ${profile}`).digest();
  const third = FIRST_CLIENT + (high % (LAST_CLIENT - FIRST_CLIENT + 1));
  return `127.${network}.${third}.${1 + (low % 254)}`;
}

function isLoopback(host: string): boolean {
  return isIPv4(host) && host.startsWith('127.');
}
