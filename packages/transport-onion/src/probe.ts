import { randomIndex } from '@sotto/onion';
import { STORAGE_STATUS } from '@sotto/protocol';
import type { Asker } from './asker.ts';

export type ProbeOutcome =
  | { readonly outcome: 'ok'; readonly milliseconds: number }
  | { readonly outcome: 'failed'; readonly reason: string };

/** A node may be down without the road being so. */
const NODES_TRIED = 2;

/** One round trip over three hops to a node at random. */
export async function probe(asker: Asker): Promise<ProbeOutcome> {
  const { clock, nodes, random } = asker.traveller;
  for (let attempt = 0; attempt < NODES_TRIED; attempt++) {
    const node = nodes.list.nodes[randomIndex(nodes.list.nodes.length, random)];
    if (!node) return { outcome: 'failed', reason: 'the directory lists no nodes' };
    const started = clock.now();
    const reply = await asker.ask({ purpose: 'ask', node, request: () => ({ method: 'info' }) });
    if (reply.outcome === 'answered' && reply.status === STORAGE_STATUS.ok) {
      return { outcome: 'ok', milliseconds: clock.now() - started };
    }
  }
  if (!nodes.keeper.path('ask')) return { outcome: 'failed', reason: 'too few nodes for a path' };
  return { outcome: 'failed', reason: 'no answer' };
}
