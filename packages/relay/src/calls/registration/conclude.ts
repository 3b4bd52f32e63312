import { toHex } from '@sotto/bytes';
import { formatRegistrationResponse } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { jsonReply, type Reply, reply } from '../../http/call.ts';
import { limitKey } from '../../limits/limit-key.ts';
import { describeIdentity } from '../describe-identity.ts';
import type { Outcome } from './commit-registration.ts';

/**
 * What follows on the commit: nothing of an account's former devices stays, in files or as sockets. Then the answer, with
 * the number as the caller gave it, for it is not kept.
 */
export async function conclude(context: RelayContext, outcome: Outcome, number?: string): Promise<Reply> {
  const { connections, store, events, limits } = context;
  if ('reply' in outcome) {
    if (outcome.frozen !== undefined) connections.revoke(outcome.frozen.aci);
    return outcome.reply;
  }
  const { aci, before } = outcome;
  if (before !== undefined) {
    connections.revoke(aci);
    store.erase();
    limits.registrationLock.forget(limitKey(toHex(aci)));
  }
  const reregistration = before !== undefined;
  events.count(reregistration ? 're-registered' : 'registered');
  const account = await store.findAccount(aci);
  if (account === undefined) return reply(403);
  return jsonReply(
    formatRegistrationResponse({ ...(await describeIdentity(context, account, number)), reregistration }),
  );
}
