import { Resolver } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import { kindOfAddress, type SubnetRule } from '@sotto/directory';

/** What a server is asked at: the usual two ports, and those that no system service listens on. */
function isDialablePort(port: number): boolean {
  return port === 80 || port === 443 || port >= 1024;
}

/**
 * The address to dial for a host that somebody's onion request names, or `undefined` when it must not be
 * dialled: nothing that lies behind this node's own firewall may be reached through it. The name is resolved
 * here and the address that was looked at is the one to dial, so that a second answer of the name server
 * changes nothing. IPv4 only, as everything between nodes.
 */
export async function dialableAddress(
  { host, port }: { readonly host: string; readonly port: number },
  subnets: SubnetRule,
  names: Resolver = createResolver(),
): Promise<string | undefined> {
  if (!isDialablePort(port)) return undefined;
  const address = isIPv4(host) ? host : await resolve(host, names);
  if (address === undefined) return undefined;
  const kind = kindOfAddress(address);
  return kind === 'public' || (kind !== undefined && subnets === 'ignore') ? address : undefined;
}

/**
 * Asks name servers itself. The system's own look-up holds one of four threads, which disks need too, for as
 * long as a name server is silent, and whoever names the host may keep the name server.
 */
export function createResolver(): Resolver {
  return new Resolver({ timeout: 2_000, tries: 2 });
}

async function resolve(host: string, names: Resolver): Promise<string | undefined> {
  try {
    return (await names.resolve4(host))[0];
  } catch {
    return undefined;
  }
}
