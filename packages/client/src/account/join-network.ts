import { BytesError } from '@sotto/bytes';
import { IdentityError, type Network, parseNetwork, whyNoName } from '@sotto/identity';
import { MAX_NAME_LENGTH } from '../constants.ts';
import { cleanName, settleName } from '../contacts/clean-name.ts';
import type { Core } from '../core/core.ts';

export type Joined =
  | { readonly outcome: 'joined'; readonly network: Network }
  | { readonly outcome: 'bad-network'; readonly reason: string };

/** Read a network text and take its roads into use; they are not connected yet. */
export async function joinNetwork(core: Core, text: string): Promise<Joined> {
  const read = readNetwork(text);
  if (read.outcome === 'bad-network') return read;
  const roads = core.makeRoads(read.network, core.memoryOf);
  if (roads.length === 0) {
    return { outcome: 'bad-network', reason: 'this network has no road that this program can take' };
  }
  await core.roads.open(roads);
  return read;
}

function readNetwork(text: string): Joined {
  try {
    return { outcome: 'joined', network: parseNetwork(text) };
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
