import { toHex } from '@sotto/bytes';
import type { Aci } from '@sotto/identity';
import { formatRegistrationResponse } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { jsonReply, type Reply, reply } from '../../http/call.ts';
import { limitKey } from '../../limits/limit-key.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import { describeIdentity } from '../describe-identity.ts';
import type { Refused } from './refuse-locked.ts';

/** What a registration has come to, as it is committed. */
export type Outcome =
  | Refused
  | {
      readonly aci: Aci;
      /** The account as it was; absent when it is new. */
      readonly before?: StoredAccount;
    };

/**
 * What follows on the commit: nothing of an account's former devices stays, keys, mail or sockets. Then the answer, with
 * the number as the caller gave it, for it is not kept.
 */
export async function conclude(context: RelayContext, outcome: Outcome, number?: string): Promise<Reply> {
  const { connections, mailbox, onlineMail, store, events, limits } = context;
  if ('reply' in outcome) {
    if (outcome.frozen !== undefined) connections.revoke(outcome.frozen.aci);
    return outcome.reply;
  }
  const { aci, before } = outcome;
  if (before !== undefined) {
    connections.revoke(aci);
    await mailbox.clear(aci);
    await onlineMail.clear(aci);
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
