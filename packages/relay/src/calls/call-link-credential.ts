import { toHex } from '@sotto/bytes';
import { formatDatedCredential, parseCallLinkCredentialRequest, parseJson } from '@sotto/protocol';
import { DAY } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../http/call.ts';
import { overLimit } from '../limits/over-limit.ts';

/**
 * `POST /v1/call-link/create-auth` (reference: signal-service §10): a credential of this day to make one link of a call,
 * issued blindly: the relay learns who makes a link, and not which. 400 for a request that zkgroup does not know.
 */
export async function callLinkCredential(
  context: RelayContext,
  { caller, body }: Call & { caller: Caller },
): Promise<Reply> {
  const { createCallLinkCredentialRequest: request } = parseCallLinkCredentialRequest(parseJson(body));
  const refusal = overLimit(context, 'callLinks', toHex(caller.aci));
  if (refusal !== undefined) return refusal;
  const account = await context.store.findAccount(caller.aci);
  if (account === undefined) return reply(401);
  const today = Math.floor(context.now() / DAY) * DAY;
  const credential = context.credentials.forNewCallLink({ aci: account.aci, request, time: today });
  if (credential === undefined) return reply(400);
  return jsonReply(formatDatedCredential({ credential, redemptionTime: today / 1000 }));
}
