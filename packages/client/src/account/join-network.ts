import { BytesError } from '@sotto/bytes';
import { formatNetwork, IdentityError, type Network, parseNetwork, whyNoName } from '@sotto/identity';
import { MAX_NAME_LENGTH } from '../constants.ts';
import { cleanName, settleName } from '../contacts/clean-name.ts';
import type { Core } from '../core/core.ts';

export type Joined =
  /** `text` is what the account remembers as its network. */
  | { readonly outcome: 'joined'; readonly network: Network; readonly text: string }
  | { readonly outcome: 'bad-network'; readonly reason: string };

/**
 * Read a network text and take its roads into use; they are not connected yet. For an account that never
 * touches a relay the relay is left out, also of what is remembered, so that no later start meets it.
 */
export async function joinNetwork(core: Core, text: string, onionOnly = false): Promise<Joined> {
  const read = readNetwork(text, onionOnly);
  if (read.outcome === 'bad-network') return read;
  const roads = core.makeRoads(read.network, core.memoryOf);
  if (roads.length === 0) {
    const reason = onionOnly
      ? 'this network has no storage nodes, so that an account cannot do without its relay'
      : 'this network has no road that this program can take';
    return { outcome: 'bad-network', reason };
  }
  await core.roads.open(roads, read.network.relay);
  return read;
}

function readNetwork(text: string, onionOnly: boolean): Joined {
  try {
    const { relay, ...beyond } = parseNetwork(text);
    if (onionOnly) return { outcome: 'joined', network: beyond, text: formatNetwork(beyond) };
    return { outcome: 'joined', network: relay === undefined ? beyond : { ...beyond, relay }, text };
  } catch (error) {
    if (error instanceof IdentityError || error instanceof BytesError) {
      return { outcome: 'bad-network', reason: error.message };
    }
    throw error;
  }
}

/** One's own name is refused rather than changed, so that nobody is called what they did not choose. */
export function checkOwnName(
  name: string,
):
  | { readonly outcome: 'named'; readonly name: string }
  | { readonly outcome: 'bad-name'; readonly reason: string } {
  const trimmed = settleName(name);
  if (trimmed === '') return { outcome: 'bad-name', reason: 'a name is needed' };
  if ([...trimmed].length > MAX_NAME_LENGTH) {
    return { outcome: 'bad-name', reason: `a name has at most ${MAX_NAME_LENGTH} characters` };
  }
  if (cleanName(trimmed) === trimmed) return { outcome: 'named', name: trimmed };
  const reason = whyNoName(trimmed) ?? 'a name has no piles of marks on one letter';
  return { outcome: 'bad-name', reason };
}
