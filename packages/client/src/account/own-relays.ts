import { equalBytes } from '@sotto/bytes';
import type { Network, RelayAddress } from '@sotto/identity';
import { ROAD_PATIENCE } from '../constants.ts';
import type { Core } from '../core/core.ts';

/**
 * The relays that the own record names: the network's, with what the relay tells of itself, so that others
 * reach it through the onion network. One that does not tell within 5 s is named as the network has it, and
 * a later revision says more.
 */
export async function ownRelays(core: Core, { relay }: Network): Promise<readonly RelayAddress[]> {
  if (relay === undefined) return [];
  return [(await toldAddress(core)) ?? relay];
}

/** What the own relay says of itself now. */
export async function toldAddress(core: Core): Promise<RelayAddress | undefined> {
  const asked = core.roads.get('relay')?.address?.();
  if (asked === undefined) return undefined;
  let cancel: () => void = () => undefined;
  const late = new Promise<undefined>((resolve) => {
    cancel = core.clock.after(ROAD_PATIENCE, () => resolve(undefined));
  });
  try {
    return await Promise.race([asked, late]);
  } finally {
    cancel();
  }
}

/** Would a record with the one say anything else than a record with the other? */
export function sameRelay(left: RelayAddress, right: RelayAddress | undefined): boolean {
  return left.url === right?.url && sameKey(left.key, right.key) && sameKey(left.onionKey, right.onionKey);
}

function sameKey(left: RelayAddress['key'], right: RelayAddress['key']): boolean {
  return left === undefined || right === undefined ? left === right : equalBytes(left, right);
}
