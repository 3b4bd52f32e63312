import { z } from 'zod';
import { parseJsonText } from '../parse-json-text.ts';
import type { SubnetRule } from '../types.ts';
import { MAX_ENDPOINTS } from './limits.ts';

/** `0x` and lower-case hex. */
export type Hex = `0x${string}`;

/** Which block counts: one that the chain calls final, or one with so many blocks on top of it. */
export type Finality = 'finalized' | { readonly confirmations: number };

/** Where the registry of a network is, and whom to ask about it. */
export interface ChainSource {
  /** EIP-155. */
  readonly chainId: number;
  /** 20 bytes. */
  readonly contract: Hex;
  /** URLs of JSON-RPC, each once. */
  readonly endpoints: readonly string[];
  /** How many endpoints must say the same: more than half of them, so that no two answers can count. */
  readonly agree: number;
  readonly finality: Finality;
  /** Chosen by whoever wrote the file, because no registration may lead anybody into a network of one machine. */
  readonly subnets: SubnetRule;
}

const schema = z.object({
  chain: z
    .object({
      id: z.int().min(1),
      contract: z.string().regex(/^0x[0-9a-fA-F]{40}$/),
      endpoints: z.array(z.string().max(2048).refine(isEndpoint)).min(1).max(MAX_ENDPOINTS),
      agree: z.int().min(1),
      confirmations: z.exactOptional(z.int().min(0).max(10_000)),
      subnets: z.exactOptional(z.enum(['distinct', 'ignore'])),
    })
    .refine(({ endpoints }) => new Set(endpoints).size === endpoints.length, { path: ['endpoints'] })
    .refine(({ agree, endpoints }) => agree <= endpoints.length && 2 * agree > endpoints.length, {
      path: ['agree'],
    }),
});

/** Whether a file that names a directory is one of a chain; anything else is read as a list. */
export function isChainSource(text: string): boolean {
  return /^\s*\{\s*"chain"\s*:/.test(text);
}

/** Read the file that names a chain (docs/spec/directory.md §8). Throws DirectoryError `bad-json`. */
export function parseChainSource(text: string): ChainSource {
  const { chain } = parseJsonText(text, schema, 'the place of a registry');
  return {
    chainId: chain.id,
    contract: chain.contract.toLowerCase() as Hex,
    endpoints: chain.endpoints,
    agree: chain.agree,
    finality: chain.confirmations === undefined ? 'finalized' : { confirmations: chain.confirmations },
    subnets: chain.subnets ?? 'distinct',
  };
}

/** The same, to write down. */
export function formatChainSource({
  chainId,
  contract,
  endpoints,
  agree,
  finality,
  subnets,
}: ChainSource): string {
  const confirmations = finality === 'finalized' ? {} : finality;
  return `${JSON.stringify({ chain: { id: chainId, contract, endpoints, agree, ...confirmations, subnets } }, null, 2)}\n`;
}

/** Anybody on the way could answer in the place of an endpoint that is asked in the clear. */
function isEndpoint(text: string): boolean {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return false;
  }
  const isHere = /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isHere);
}
