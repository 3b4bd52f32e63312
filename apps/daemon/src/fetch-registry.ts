import { fromUtf8, utf8 } from '@sotto/bytes';
import { DirectoryError, type SignedList, seenList } from '@sotto/directory';
import {
  type AskEndpoint,
  type ChainDirectory,
  type ChainSource,
  type EndpointFault,
  parseChainSource,
  readRegistry,
} from '@sotto/directory/chain';
import { LocalApiError } from '@sotto/local-api';
import { type NetOptions, parseProxy, postToSeed } from '@sotto/net-node';

export interface FetchRegistryRequest {
  /** Text of the file that names the registry. */
  readonly chain: string;
  readonly proxy?: string;
  /** Milliseconds. */
  readonly now: number;
}

export interface FetchedRegistry {
  readonly signed: SignedList;
  readonly chainId: number;
  readonly contract: string;
  /** Of the block that it was read at. */
  readonly height: number;
  /** Milliseconds, as the chain has it. */
  readonly time: number;
  /** Endpoints that did not say the same as enough others, by host alone: the rest of a URL may hold a key. */
  readonly faults: readonly { readonly host: string; readonly why: EndpointFault['why'] }[];
}

/**
 * Read a registry at several endpoints and make a list of its nodes, which nobody has signed. Like the question to
 * seeds, this is asked of others than guards, by one command and nothing that runs (design §1.4). Throws
 * LocalApiError `bad-network` when too few endpoints say the same, or the registry lists nobody.
 */
export async function fetchRegistry({ chain, proxy, now }: FetchRegistryRequest): Promise<FetchedRegistry> {
  const source = readSource(chain);
  const way: NetOptions = proxy === undefined ? {} : { proxy: parseProxy(proxy) };
  const reading = await readRegistry({ source, ask: askThrough(way) });
  const faults = reading.faults.map(({ endpoint, why }) => ({ host: new URL(endpoint).host, why }));
  if (reading.outcome === 'no-agreement') {
    const named = faults.map(({ host, why }) => `${host} (${why})`).join(', ');
    throw failed(`too few endpoints say the same of the registry${named === '' ? '' : `: ${named}`}`);
  }
  const { height, time, nodes }: ChainDirectory = reading.directory;
  if (nodes.length === 0) throw failed('the registry lists no storage node that can be used');
  const { chainId, contract, subnets } = source;
  return { signed: seenList({ nodes, subnets, now }), chainId, contract, height, time, faults };
}

/** Each question on a connection of its own, which says nothing of who asks. */
function askThrough(way: NetOptions): AskEndpoint {
  return async (endpoint, body, { timeout, maxReply }) => {
    const { origin, pathname, search } = new URL(endpoint);
    const request = { url: origin, path: `${pathname}${search}`, body: utf8(body), timeout, maxReply };
    const reply = await postToSeed(request, way);
    // Whatever its status, what is no answer of JSON-RPC does not count.
    if (reply.outcome === 'answered') return fromUtf8(reply.body);
    throw new Error(reply.outcome);
  };
}

function readSource(text: string): ChainSource {
  try {
    return parseChainSource(text);
  } catch (error) {
    if (error instanceof DirectoryError) throw failed(`the file names no registry: ${error.message}`);
    throw error;
  }
}

function failed(message: string): LocalApiError {
  return new LocalApiError(
    'bad-network',
    message,
    'the file names a contract and its endpoints; more than half of these must answer alike',
  );
}
