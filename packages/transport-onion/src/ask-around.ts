import { agreeOnNodes, DirectoryError, FEW, MANY, type Named, readServiceNodes } from '@sotto/directory';
import { type ClientRequest, STORAGE_STATUS } from '@sotto/protocol';
import { type Asker, Trail } from './asker.ts';
import { shuffle } from './shuffle.ts';

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
 * For three that answer one may be silent, for nine three. The last hop sees who is asked: if any number of silences
 * were made up for by others, it could let through those only that lie as it does.
 */
const SILENT = 1 / 3;

/**
 * Ask nodes at random who the nodes are, through paths, where nobody signs the list: three, and nine when those do
 * not agree or would change much. What enough of them name alike is gone by from then on (docs/spec/directory.md
 * §7). True when they agree.
 */
export async function askAround(asker: Asker, isClosed: () => boolean): Promise<boolean> {
  const { nodes, random, clock } = asker.traveller;
  const { list } = nodes;
  const asked = shuffle(list.nodes, random);
  const trail = new Trail();
  const named: Named[] = [];
  let silent = 0;
  for (const wanted of [FEW, Math.min(MANY, list.nodes.length)]) {
    while (named.length < wanted && silent <= wanted * SILENT && !isClosed()) {
      const node = asked.pop();
      if (node === undefined) break;
      const reply = await asker.ask({ purpose: 'ask', node, request: () => QUESTION, trail });
      const answer =
        reply.outcome === 'answered' && reply.status === STORAGE_STATUS.ok ? read(reply.body) : undefined;
      if (answer === undefined) silent++;
      else named.push(answer);
    }
    if (isClosed() || named.length < wanted || nodes.list !== list) return false;
    const agreed = agreeOnNodes(named, list);
    if (agreed.outcome !== 'agreed') continue;
    nodes.adoptSeen(agreed.nodes, clock.now());
    // Not on disk, it is asked for again at the next start.
    await nodes.remember().catch(() => undefined);
    return true;
  }
  return false;

  function read(body: unknown): Named | undefined {
    try {
      return readServiceNodes(body, list.subnets);
    } catch (error) {
      if (error instanceof DirectoryError) return undefined;
      throw error;
    }
  }
}
