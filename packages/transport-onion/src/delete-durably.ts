import { toHex } from '@sotto/bytes';
import { ed25519Verify } from '@sotto/crypto';
import {
  type ClientRequest,
  type DeleteReply,
  deletedText,
  parseDeleteReply,
  STORAGE_STATUS,
} from '@sotto/protocol';
import type { Box } from './box.ts';
import { MAX_MEMBERS_TRIED } from './limits.ts';
import { durableCount, type Members, Tour } from './members.ts';
import { parseBody } from './parse-body.ts';
import { deleteOf } from './record.ts';

/** Enough members must have signed what they deleted. */
export async function deleteDurably(members: Members, box: Box, hashes: readonly string[]): Promise<boolean> {
  const tour = new Tour(members, { key: box.key, purpose: 'ask' });
  const request = (): ClientRequest => deleteOf(box, hashes);
  const done = new Set<string>();
  for (let asked = 0; asked < MAX_MEMBERS_TRIED; asked++) {
    const node = tour.next();
    if (!node) break;
    const reply = await tour.ask(node, request);
    if (reply.outcome !== 'answered' || reply.status !== STORAGE_STATUS.ok) continue;
    for (const member of doneBy(box, hashes, parseBody(reply.body, parseDeleteReply))) done.add(member);
    const swarm = members.inOrder(box.key);
    const count = swarm.filter(({ ed25519 }) => done.has(toHex(ed25519))).length;
    if (count >= durableCount(swarm.length)) return true;
  }
  return false;
}

function doneBy(box: Box, asked: readonly string[], reply: DeleteReply | undefined): readonly string[] {
  return (reply?.members ?? []).flatMap((member) =>
    member.outcome === 'deleted' &&
    ed25519Verify(member.node, deletedText(toHex(box.key), asked, member.hashes), member.signature)
      ? [toHex(member.node)]
      : [],
  );
}
