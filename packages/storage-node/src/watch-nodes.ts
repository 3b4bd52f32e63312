import { localAddressOf } from './build-context.ts';
import { QUICK_TEST_PACE, QUICK_VOTE_PACE, TEST_PACE, VOTE_PACE } from './constants.ts';
import type { NodeOptions } from './node-options.ts';
import type { OnionContext } from './onion/handle-layer.ts';
import { Reachability } from './reachability/reachability.ts';
import { testNodes } from './reachability/test-nodes.ts';
import type { OpenRegistry } from './registry/open-registry.ts';
import { NodeVotes } from './registry/vote-on-nodes.ts';
import type { Watch } from './serve-routes.ts';

/** Tests of the other nodes, and votes where there is a registry. `start` returns what ends them. */
export async function watchNodes(
  context: OnionContext,
  { data, listen, quick = false }: NodeOptions,
  registry: OpenRegistry | undefined,
): Promise<Watch & { start(): () => void }> {
  const testPace = quick ? QUICK_TEST_PACE : TEST_PACE;
  const pace = quick ? QUICK_VOTE_PACE : VOTE_PACE;
  const reachability = new Reachability({ pace: testPace, now: context.now, random: Math.random });
  const votes = registry && (await NodeVotes.open(context, { data, registry, reachability, testPace, pace }));
  return {
    reachability,
    ...(votes === undefined ? {} : { votes }),
    start: () => {
      const localAddress = localAddressOf(listen);
      const ends = [
        testNodes(context, { reachability, pace: testPace, localAddress }),
        votes?.start() ?? (() => undefined),
      ];
      return () => {
        for (const end of ends) end();
      };
    },
  };
}
