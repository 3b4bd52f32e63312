import { randomInt } from 'node:crypto';
import { randomBytes } from '@sotto/crypto';
import {
  askAround,
  DirectoryError,
  type DirectoryNode,
  decodeSignedList,
  isSeen,
  MAX_SIGNED_LIST_BYTES,
  type Named,
} from '@sotto/directory';
import { shuffle } from '@sotto/onion';
import { DIAL_TIMEOUT, SEEN_KEPT } from '../constants.ts';
import type { Events } from '../events.ts';
import type { Links } from '../link/links.ts';
import { LINK_PATH } from '../link/paths.ts';
import type { NodeDirectory } from './node-directory.ts';

/** Ask one node, at random, for its list, which counts by its signatures. */
export async function askOne(directory: NodeDirectory, links: Links): Promise<void> {
  // Where nobody signs, no other's list is taken.
  if (directory.signed === undefined || isSeen(directory.signed.list)) return;
  const others = directory.others();
  const node = others.length === 0 ? undefined : others[randomInt(others.length)];
  const list = node === undefined ? undefined : await listOf(node, links);
  if (list !== undefined) directory.offer(list);
}

/**
 * Where nobody signs the list, ask several at random whom they list, as clients do (docs/spec/directory.md §7): what
 * they agree on takes its place, of which enough must stay. Over links, whose other end has shown its key.
 */
export async function askSeveral(
  directory: NodeDirectory,
  links: Links,
  { events, now }: { readonly events: Events; now(): number },
): Promise<void> {
  const pinned = directory.signed;
  if (pinned === undefined || !isSeen(pinned.list)) return;
  const { list } = pinned;
  const isOver = (): boolean => directory.signed !== pinned;
  const ask = async (node: DirectoryNode): Promise<Named | undefined> => {
    const theirs = await listOf(node, links);
    return theirs === undefined ? undefined : nodesOf(theirs, list.subnets);
  };
  const nodes = shuffle(directory.others(), randomBytes);
  const agreed = await askAround({ nodes, pinned: list, ask, isOver, keptByMany: SEEN_KEPT });
  if (agreed !== undefined) directory.takeSeen(agreed, now());
  else if (!isOver()) events.count('directory-disagreed');
}

async function listOf(node: DirectoryNode, links: Links): Promise<Uint8Array | undefined> {
  const reply = await links.post(node, {
    path: LINK_PATH.directory,
    body: new Uint8Array(),
    timeout: 2 * DIAL_TIMEOUT,
    maxReply: MAX_SIGNED_LIST_BYTES,
  });
  return reply.outcome === 'answered' && reply.status === 200 ? reply.body : undefined;
}

/** Whoever goes by signatures or by a registry is asked too: what counts is whom they name. */
function nodesOf(bytes: Uint8Array, subnets: string): Named | undefined {
  try {
    const { list } = decodeSignedList(bytes);
    return list.subnets === subnets ? list.nodes : undefined;
  } catch (error) {
    if (error instanceof DirectoryError) return undefined;
    throw error;
  }
}
