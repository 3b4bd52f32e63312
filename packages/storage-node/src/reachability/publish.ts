import { toHex } from '@sotto/bytes';
import type { NodeContext } from '../node-context.ts';
import type { Reachability } from './reachability.ts';

/** Where everybody can read what this node sees of the others: `GET`, JSON. */
export const REACHABILITY_PATH = '/sotto/reachability/v1';

/** What it sees, by node of the directory; nothing of anybody else is in it. */
export function describeReachability(
  { directory, now }: Pick<NodeContext, 'directory' | 'now'>,
  reachability: Reachability,
): string {
  const nodes = directory.others().map((node) => {
    const { testedAt, failures, failingSince, held, missing } = reachability.of(node);
    return {
      pubkey_ed25519: toHex(node.ed25519),
      tested_at: testedAt === 0 ? null : testedAt,
      failures,
      failing_since: failingSince ?? null,
      messages_held: held,
      messages_missing: missing,
    };
  });
  return JSON.stringify({ t: now(), nodes });
}
