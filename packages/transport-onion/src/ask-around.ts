import { askAround as askNodes, DirectoryError, type Named, readServiceNodes } from '@sotto/directory';
import { shuffle } from '@sotto/onion';
import { type ClientRequest, STORAGE_STATUS } from '@sotto/protocol';
import { type Asker, Trail } from './asker.ts';

/** As clients of the original network ask, so that nodes of either make answer. */
const QUESTION: ClientRequest = {
  method: 'oxend_request',
  endpoint: 'get_service_nodes',
  params: {
    active_only: true,
    fields: {
      public_ip: true,
      storage_port: true,
      storage_lmq_port: true,
      pubkey_ed25519: true,
      pubkey_x25519: true,
      // In hexadecimal: the same in digits loses bits in JSON.
      swarm: true,
    },
  },
};

/**
 * Ask nodes at random who the nodes are, through paths, where nobody signs the list. What enough of them name alike
 * is gone by from then on (docs/spec/directory.md §7). True when they agree.
 */
export async function askAround(asker: Asker, isClosed: () => boolean): Promise<boolean> {
  const { nodes, random, clock } = asker.traveller;
  const { list } = nodes;
  const trail = new Trail();
  const agreed = await askNodes({
    nodes: shuffle(list.nodes, random),
    pinned: list,
    ask: async (node) => {
      const reply = await asker.ask({ purpose: 'ask', node, request: () => QUESTION, trail });
      const isAnswer = reply.outcome === 'answered' && reply.status === STORAGE_STATUS.ok;
      return isAnswer ? read(reply.body) : undefined;
    },
    isOver: () => isClosed() || nodes.list !== list,
  });
  if (agreed === undefined) return false;
  nodes.adoptSeen(agreed, clock.now());
  // Not on disk, it is asked for again at the next start.
  await nodes.remember().catch(() => undefined);
  return true;

  function read(body: unknown): Named | undefined {
    try {
      return readServiceNodes(body, list.subnets);
    } catch (error) {
      if (error instanceof DirectoryError) return undefined;
      throw error;
    }
  }
}
