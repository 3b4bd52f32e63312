import { DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import type { Context } from './context.ts';

/** Print what a friend pastes. Asks nobody. */
export async function networkExport(
  { relay, directory }: InvocationOf<'network export'>,
  { output }: Context,
): Promise<number> {
  const { loadNetworks } = await import('@sotto/app-daemon');
  const { exportNetwork } = await loadNetworks();
  const exported = await exportNetwork({
    ...(relay === undefined ? {} : { relay }),
    ...(directory === undefined ? {} : { directory }),
  });
  await output.result(exported, exported.network);
  return DONE;
}
