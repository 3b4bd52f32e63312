import { type AskEndpoint, Endpoint, Faulty } from './endpoint.ts';
import { ChainError } from './errors.ts';

/**
 * The chain that all of these endpoints serve. Rejects with ChainError: `unreachable` when one of them does not say,
 * `refused` when they serve different ones.
 */
export async function chainIdOf(endpoints: readonly string[], ask: AskEndpoint): Promise<number> {
  const ids = await Promise.all(endpoints.map((url) => idOf(url, ask)));
  const [first] = ids;
  if (first !== undefined && ids.every((id) => id === first)) return first;
  throw new ChainError('refused', `the endpoints serve different chains: ${ids.join(', ')}`);
}

async function idOf(url: string, ask: AskEndpoint): Promise<number> {
  try {
    return await new Endpoint(url, ask).chainId();
  } catch (cause) {
    if (!(cause instanceof Faulty)) throw cause;
    // The rest of a URL may hold a key.
    const { host } = new URL(url);
    throw new ChainError('unreachable', `${host} does not say which chain it serves`, { cause });
  }
}
