import type { InvocationOf } from '../parse/invocation.ts';
import { renewNetwork } from '../screens/account.ts';
import type { Context } from './context.ts';
import { reachOwner } from './reach-owner.ts';

/** Give a profile a newer list of storage nodes. The text is read before anything is touched. */
export async function newerNetwork(
  invocation: InvocationOf<'account network'>,
  context: Context,
): Promise<number> {
  const { loadNetworks } = await import('@sotto/app-daemon');
  const { resolveNetwork } = await loadNetworks();
  const { network } = await resolveNetwork({ network: invocation.network });
  return renewNetwork(network, { ...context, reach: reachOwner(invocation, context) });
}
