import { toHex } from '@sotto/bytes';
import { formatReservedUsername, parseJson, parseReserveUsernameRequest } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { holdsLogin } from '../../store/accounts.ts';
import { reserveUsername as reserve } from '../../store/usernames.ts';

/** `PUT /v1/accounts/username_hash/reserve`: the first free one of several. 409 when all are taken. */
export async function reserveUsername(
  context: RelayContext,
  { caller, body }: Call & { caller: Caller },
): Promise<Reply> {
  const refusal = overLimit(context, 'usernameReserve', toHex(caller.aci));
  if (refusal !== undefined) return refusal;
  const { usernameHashes } = parseReserveUsernameRequest(parseJson(body));
  const reserved = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return 'refused';
    return yield* reserve(caller.aci, usernameHashes, context.now());
  });
  if (reserved === 'refused') return reply(401);
  return reserved === undefined ? reply(409) : jsonReply(formatReservedUsername({ usernameHash: reserved }));
}
