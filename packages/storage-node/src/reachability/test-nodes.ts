import { toHex } from '@sotto/bytes';
import { TEST_PACE, type TestPace } from '../constants.ts';
import type { NodeContext } from '../node-context.ts';
import { asksHeld } from './holds.ts';
import { pingNode } from './ping-node.ts';
import type { Reachability } from './reachability.ts';

type Context = Pick<NodeContext, 'directory' | 'keys' | 'links' | 'store' | 'events' | 'now'>;

export interface TestNodesOptions {
  readonly reachability: Reachability;
  readonly pace?: TestPace;
  /** Address to dial from; the system chooses without. */
  readonly localAddress: string | undefined;
}

/** Test other nodes all the time, as long as this one is listed itself. Returns what ends it. */
export function testNodes(context: Context, options: TestNodesOptions): () => void {
  const { directory, events } = context;
  const { reachability, pace = TEST_PACE } = options;
  const timer = setInterval(() => {
    if (directory.self === undefined) return;
    for (const node of reachability.due(directory.others())) {
      testOne(context, options, node).catch((error: unknown) => events.failed(error));
    }
  }, pace.tick).unref();
  directory.onChange(() => reachability.keepOnly(directory.others()));
  return () => clearInterval(timer);
}

async function testOne(
  context: Context,
  { reachability, localAddress }: TestNodesOptions,
  node: ReturnType<Reachability['due']>[number],
): Promise<void> {
  const { directory, keys, events, links } = context;
  const reached = await pingNode({ node, keys, originals: links.originals, localAddress });
  events.count('node-tested');
  if (reachability.took(node, reached)) events.count('node-unreachable');
  if (!reached || !directory.members().some(({ ed25519 }) => toHex(ed25519) === toHex(node.ed25519))) return;
  const holds = await asksHeld({ ...context, random: Math.random }, node);
  if (holds === undefined) return;
  reachability.showed(node, holds);
  if (!holds) events.count('message-missing');
}
