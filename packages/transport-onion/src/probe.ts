import { shuffle } from '@sotto/onion';
import { STORAGE_STATUS } from '@sotto/protocol';
import { type Asker, Trail } from './asker.ts';
import { ANSWER_TIMEOUT } from './limits.ts';

export type ProbeOutcome =
  | { readonly outcome: 'ok'; readonly milliseconds: number }
  | { readonly outcome: 'failed'; readonly reason: string };

/** Nodes may be down without the road being so: in a network of six most paths meet the one that is dead. */
const NODES_TRIED = 5;
/** No other is asked after so many milliseconds, when answers do not come at all. */
const PATIENCE = 2 * ANSWER_TIMEOUT;

/** One round trip over three hops to a node at random, or to another where that one does not answer. */
export async function probe(asker: Asker): Promise<ProbeOutcome> {
  const { clock, nodes, random } = asker.traveller;
  if (nodes.list.nodes.length === 0) return { outcome: 'failed', reason: 'the directory lists no nodes' };
  const trail = new Trail();
  const began = clock.now();
  for (const node of shuffle(nodes.list.nodes, random).slice(0, NODES_TRIED)) {
    const started = clock.now();
    if (started - began >= PATIENCE) break;
    const reply = await asker.ask({ purpose: 'ask', node, request: () => ({ method: 'info' }), trail });
    if (reply.outcome === 'answered' && reply.status === STORAGE_STATUS.ok) {
      return { outcome: 'ok', milliseconds: clock.now() - started };
    }
  }
  if (!nodes.keeper.path('ask')) return { outcome: 'failed', reason: 'too few nodes for a path' };
  return { outcome: 'failed', reason: 'no answer' };
}
