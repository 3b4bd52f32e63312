import type { OwnNode } from '../nodes/network.ts';
import type { OwnMailbox } from '../nodes/retrieve-all.ts';
import type { Guards } from './away-client.ts';

/** What one member has on its disk. */
interface Holder {
  readonly ip: string;
  readonly texts: ReadonlySet<string>;
}

/** What is left, each of these members asked directly as the owner of the mailbox. */
export function findHolders(members: readonly OwnNode[], mailbox: OwnMailbox): Promise<readonly Holder[]> {
  const asked = members.map(async ({ listed }) => {
    const contents = await mailbox.contents(listed.ip, listed.httpsPort);
    return { ip: listed.ip, texts: new Set(contents.map(String)) };
  });
  return Promise.all(asked);
}

export function isHeld(text: string, holders: readonly Holder[]): boolean {
  return holders.some(({ texts }) => texts.has(text));
}

/**
 * Whether a client with these living guards can get at it: a path never begins at the node at which it ends, so a
 * guard is asked by way of another.
 */
export function isInReach(text: string, holders: readonly Holder[], living: Guards): boolean {
  return holders.some(({ ip, texts }) => texts.has(text) && living.some((guard) => guard !== ip));
}
