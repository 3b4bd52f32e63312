import { CliError } from '../cli-error.ts';
import type { FlagReader } from './flag-reader.ts';
import * as flags from './flags.ts';

/** What clients dial, how they are sure whose server that is, and which proxies are on the way. */
export interface AddressChoice {
  readonly publicUrl?: string;
  readonly tls?: TlsFiles | 'none';
  readonly proxies?: readonly string[];
}

interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** Whoever reaches a relay that listens there. Taken for the client's own, these addresses have no limits. */
const LOOPBACK = ['127.0.0.0/8', '::1'];

export function readAddress(read: FlagReader): AddressChoice {
  const publicUrl = read.optional(flags.publicUrl);
  const proxies = read.optional(flags.trustedProxy);
  const tls = readFiles(read);
  if (read.isOn(flags.tlsByProxy)) return byProxy(publicUrl, tls, proxies);
  return {
    ...(publicUrl !== undefined && { publicUrl }),
    ...(tls !== undefined && { tls }),
    ...(proxies !== undefined && { proxies }),
  };
}

function byProxy(
  publicUrl: string | undefined,
  files: TlsFiles | undefined,
  proxies: readonly string[] = [],
): AddressChoice {
  if (files !== undefined) {
    const hint = 'the certificate is at the proxy: leave --tls-cert and --tls-key out';
    throw new CliError('usage', '--tls-by-proxy and --tls-cert exclude each other', hint);
  }
  if (publicUrl === undefined) {
    const hint = 'name what clients dial, which is the proxy: --public https://relay.example';
    throw new CliError('usage', '--tls-by-proxy needs --public', hint);
  }
  return { publicUrl, tls: 'none', proxies: [...LOOPBACK, ...proxies] };
}

function readFiles(read: FlagReader): TlsFiles | undefined {
  const cert = read.optional(flags.tlsCert);
  const key = read.optional(flags.tlsKey);
  if (cert === undefined && key === undefined) return undefined;
  if (cert !== undefined && key !== undefined) return { cert, key };
  throw new CliError('usage', '--tls-cert and --tls-key belong together', 'give both or neither');
}
