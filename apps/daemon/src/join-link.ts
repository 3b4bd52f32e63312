import { randomInt } from 'node:crypto';
import type { OwnAccount } from '@sotto/client';
import { sha256 } from '@sotto/crypto';
import type { SignedList } from '@sotto/directory';
import { formatJoinLink, MAX_JOIN_NODES, parseAccountId } from '@sotto/identity';
import { signersOf } from './directories.ts';

/**
 * What somebody new needs to come into this network: a few of its storage nodes, drawn anew for each link, whose word
 * counts with its signers' signatures only. None of this device's guards: who gets the link learns nothing of them.
 */
export function joinLink(own: OwnAccount, { list }: SignedList, guards: readonly string[]): string {
  const free = list.nodes.filter(({ ip }) => !guards.includes(ip));
  const nodes = (free.length > 0 ? [...free] : [...list.nodes]).map(({ ip, httpsPort: port }) => ({
    ip,
    port,
  }));
  const drawn: typeof nodes = [];
  while (drawn.length < MAX_JOIN_NODES - 2 && nodes.length > 0) {
    drawn.push(...nodes.splice(randomInt(nodes.length), 1));
  }
  return formatJoinLink({
    account: parseAccountId(own.account),
    name: own.name,
    directory: sha256(signersOf({ list })),
    threshold: list.threshold,
    nodes: drawn,
  });
}
