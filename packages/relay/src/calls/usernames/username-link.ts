import { toHex } from '@sotto/bytes';
import { formatUsernameLinkHandle, formatUuid, parseEncryptedUsername, parseJson } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { holdsLogin } from '../../store/accounts.ts';
import { removeUsernameLink as remove, setUsernameLink as set } from '../../store/usernames.ts';
import { newLinkHandle } from './link-handle.ts';

/** `PUT /v1/accounts/username_link`: the one link to the account's name. 409 without a name. */
export async function setUsernameLink(
  context: RelayContext,
  { caller, body }: Call & { caller: Caller },
): Promise<Reply> {
  const refusal = overLimit(context, 'usernameLinkOperation', toHex(caller.aci));
  if (refusal !== undefined) return refusal;
  const { usernameLinkEncryptedValue, keepLinkHandle } = parseEncryptedUsername(parseJson(body));
  const linkHandle = newLinkHandle();
  const kept = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return 'refused';
    return yield* set({
      aci: caller.aci,
      encryptedUsername: usernameLinkEncryptedValue,
      keeps: keepLinkHandle,
      linkHandle,
    });
  });
  if (kept === 'refused') return reply(401);
  if (kept === undefined) return reply(409);
  return jsonReply(formatUsernameLinkHandle({ usernameLinkHandle: formatUuid(kept) }));
}

/** `DELETE /v1/accounts/username_link`: also when there is none. */
export async function removeUsernameLink(
  context: RelayContext,
  { caller }: Call & { caller: Caller },
): Promise<Reply> {
  const refusal = overLimit(context, 'usernameLinkOperation', toHex(caller.aci));
  if (refusal !== undefined) return refusal;
  const held = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return false;
    yield* remove(caller.aci);
    return true;
  });
  return reply(held ? 204 : 401);
}
