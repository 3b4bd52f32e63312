import { existsSync } from 'node:fs';
import { toHex } from '@sotto/bytes';
import { acceptList, type DirectoryNode, type SignedList } from '@sotto/directory';
import { CliError } from '../../cli-error.ts';
import { createList, editList } from './list-on-disk.ts';

/**
 * Keep a list that nobody has signed as a file: a new one, or in the place of an earlier one of the same network.
 * Rejects with CliError `bad-directory`.
 */
export async function keepSeen(file: string, seen: SignedList): Promise<SignedList> {
  if (!existsSync(file)) return createList(file, async () => seen);
  return editList(file, (before) => {
    const { outcome } = acceptList({ pinned: before, incoming: seen, byOwner: true });
    if (outcome !== 'accepted') {
      throw refused(`${file} holds a list that is signed, of another kind of network, or later`);
    }
    if (!isOneNetwork(before.list.nodes, seen.list.nodes)) {
      throw refused(`${file} holds a list of other storage nodes: fewer than half of them are the same`);
    }
    return seen;
  });
}

/** Nothing in such a list names its network, so that its nodes must. */
function isOneNetwork(before: readonly DirectoryNode[], after: readonly DirectoryNode[]): boolean {
  const known = new Set(before.map(({ ed25519 }) => toHex(ed25519)));
  const common = after.filter(({ ed25519 }) => known.has(toHex(ed25519))).length;
  return 2 * common >= Math.min(before.length, after.length);
}

function refused(why: string): CliError {
  return new CliError('bad-directory', why, 'name another file');
}
