import { usernames } from '@signalapp/libsignal-client';
import { type Bytes, toHex } from '@sotto/bytes';
import {
  formatConfirmedUsername,
  formatUuid,
  parseConfirmUsernameRequest,
  parseJson,
  STATUS,
} from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { holdsLogin } from '../../store/accounts.ts';
import { confirmUsername as confirm } from '../../store/usernames.ts';
import { newLinkHandle } from './link-handle.ts';

/**
 * `PUT /v1/accounts/username_hash/confirm`: the reserved name becomes the account's, with a link to it when it comes
 * encrypted. 409 when it is not reserved, 410 when somebody else has it by now, 422 for a proof that does not hold.
 */
export async function confirmUsername(
  context: RelayContext,
  { caller, body }: Call & { caller: Caller },
): Promise<Reply> {
  const refusal = overLimit(context, 'usernameSet', toHex(caller.aci));
  if (refusal !== undefined) return refusal;
  const { usernameHash, zkProof, encryptedUsername } = parseConfirmUsernameRequest(parseJson(body));
  if (!proofHolds(zkProof, usernameHash)) return reply(STATUS.unprocessable);
  const linkHandle = newLinkHandle();
  const done = await context.store.write(function* () {
    if (!(yield* holdsLogin(caller))) return undefined;
    return yield* confirm({
      aci: caller.aci,
      hash: usernameHash,
      ...(encryptedUsername && { encryptedUsername }),
      linkHandle,
      now: context.now(),
    });
  });
  switch (done?.outcome) {
    case undefined:
      return reply(401);
    case 'not-reserved':
      return reply(409);
    case 'taken':
      return reply(410);
    case 'confirmed':
      return jsonReply(
        formatConfirmedUsername({
          usernameHash,
          ...(done.linkHandle && { usernameLinkHandle: formatUuid(done.linkHandle) }),
        }),
      );
  }
}

/** Whoever made it knows a name with this hash that has the form of a name. */
function proofHolds(proof: Bytes, hash: Bytes): boolean {
  try {
    usernames.verifyProof(proof, hash);
    return true;
  } catch {
    return false;
  }
}
