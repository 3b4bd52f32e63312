import { isIPv4 } from 'node:net';
import {
  agreeOnNodes,
  DirectoryError,
  type Named,
  parseServiceNodes,
  type SignedList,
  type SubnetRule,
  seenList,
} from '@sotto/directory';
import { IdentityError, parseRelayUrl, type RelayAddress } from '@sotto/identity';
import { LocalApiError } from '@sotto/local-api';
import { parseProxy, postToSeed } from '@sotto/net-node';
import { formatJson, SEED_PATH } from '@sotto/protocol';

export interface FetchRequest {
  /** URLs as those of relays: `https://host:port`, with `#key=…` unless a known authority vouches for it. */
  readonly seeds: readonly string[];
  readonly proxy?: string;
  /** Milliseconds. */
  readonly now: number;
}

/** A seed that is slow is no better than none. Milliseconds, bytes. */
const TIMEOUT = 20_000;
const MAX_REPLY = 6 * 1024 * 1024;

/** As Session's clients ask (session-protocol §4.5). */
const QUESTION = formatJson({
  jsonrpc: '2.0',
  id: '0',
  method: 'get_n_service_nodes',
  params: {
    active_only: true,
    fields: {
      public_ip: true,
      storage_port: true,
      storage_lmq_port: true,
      pubkey_ed25519: true,
      pubkey_x25519: true,
      swarm_id: true,
    },
  },
});

/**
 * Ask seeds who the storage nodes are, and make a list of those on which they agree, which nobody has signed. This
 * is the one thing that is asked of anybody directly who is no guard (design §1.4). Throws LocalApiError
 * `bad-network` when a seed does not answer or they do not agree.
 */
export async function fetchNodes({ seeds, proxy, now }: FetchRequest): Promise<SignedList> {
  const addresses = seeds.map(readSeed);
  const subnets: SubnetRule = addresses.every(isLoopback) ? 'ignore' : 'distinct';
  const way = proxy === undefined ? {} : { proxy: parseProxy(proxy) };
  const named = await Promise.all(addresses.map((seed) => ask(seed, subnets, way)));
  const agreed = agreeOnNodes(named);
  if (agreed.outcome !== 'agreed') {
    throw failed(
      named.every((nodes) => nodes.length === 0)
        ? 'the seeds name no storage node that can be used'
        : 'the seeds do not agree on who the storage nodes are',
    );
  }
  return seenList({ nodes: agreed.nodes, subnets, now });
}

async function ask(
  { url, key }: RelayAddress,
  subnets: SubnetRule,
  way: Parameters<typeof postToSeed>[1],
): Promise<Named> {
  const { host } = new URL(url);
  const pin = key === undefined ? {} : { pin: key };
  const request = { url, ...pin, path: SEED_PATH, body: QUESTION, timeout: TIMEOUT, maxReply: MAX_REPLY };
  const reply = await postToSeed(request, way);
  switch (reply.outcome) {
    case 'answered':
      return read(host, reply, subnets);
    case 'wrong-key':
      throw failed(`${host} shows another key than its URL says`);
    case 'untrusted':
      throw failed(`no known authority vouches for ${host}: its URL must end with #key=…`);
    default:
      throw failed(`${host} does not answer`);
  }
}

function read(
  host: string,
  { status, body }: { readonly status: number; readonly body: Uint8Array },
  subnets: SubnetRule,
): Named {
  try {
    if (status === 200) return parseServiceNodes(body, subnets);
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
  }
  throw failed(`${host} does not say who the storage nodes are`);
}

function readSeed(text: string): RelayAddress {
  try {
    return parseRelayUrl(text);
  } catch (error) {
    if (!(error instanceof IdentityError)) throw error;
    throw failed('a seed is https://host:port, with #key=… unless a known authority vouches for it');
  }
}

/** Only a seed on this machine may name nodes on this machine. */
function isLoopback({ url }: RelayAddress): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

function failed(message: string): LocalApiError {
  return new LocalApiError(
    'bad-network',
    message,
    'any storage node is a seed: `sotto node serve` prints its URL with the key',
  );
}
