import type { InvocationOf } from '../parse/invocation.ts';
import { createAccount, restoreAccount } from '../screens/new-account.ts';
import type { Context } from './context.ts';
import { reachOwner } from './reach-owner.ts';

/** Make or restore an account. Where it goes is settled before anything is touched. */
export async function newAccount(
  invocation: InvocationOf<'account create' | 'account restore'>,
  context: Context,
): Promise<number> {
  const { loadNetworks } = await import('@sotto/app-daemon');
  const { resolveNetwork } = await loadNetworks();
  const where = await resolveNetwork(invocation);
  const screen = { ...context, reach: reachOwner(invocation, context, { create: true }) };
  return invocation.command === 'account create'
    ? createAccount({ ...invocation, ...where }, screen)
    : restoreAccount({ ...invocation, ...where }, screen);
}
