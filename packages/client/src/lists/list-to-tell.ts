import type { Core } from '../core/core.ts';
import type { PassedList } from '../ports/list.ts';
import type { Contact } from '../ports/store.ts';

/** The members of a content that say which list of storage nodes we go by. */
export interface ToldList {
  readonly sequence: bigint;
  readonly network: Uint8Array;
}

/** The list that contacts may have of us: of the road whose servers a list names. */
export async function ownList(core: Core): Promise<PassedList | undefined> {
  return core.roads.get('onion')?.passing?.current();
}

/** What is said of it, to accepted contacts only: a stranger would learn when this device was last there. */
export async function listToTell(
  core: Core,
  { state }: Pick<Contact, 'state'>,
): Promise<{ readonly directory?: ToldList }> {
  const list = state === 'accepted' ? await ownList(core) : undefined;
  if (list === undefined) return {};
  return { directory: { sequence: BigInt(list.sequence), network: list.network } };
}
