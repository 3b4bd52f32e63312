import { equalBytes, toHex } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import { formatIdentityCheckResponse, parseIdentityCheck, parseJson } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, jsonReply, type Reply } from '../../http/call.ts';
import { overLimitOfAddress } from '../../limits/over-limit.ts';
import { readIdentityKeys } from '../../store/identity-keys.ts';

const FINGERPRINT_BYTES = 4;

/** `POST /v1/profile/identity_check/batch`: which of many have another identity key than somebody believes. */
export async function checkIdentities(context: RelayContext, { body, from }: Call): Promise<Reply> {
  const refusal = overLimitOfAddress(context, 'identityCheck', from);
  if (refusal !== undefined) return refusal;
  const { elements } = parseIdentityCheck(parseJson(body));
  const keys = await context.store.read(() => readIdentityKeys(elements.map(({ uuid }) => uuid)));
  const others = elements.flatMap(({ uuid, fingerprint }) => {
    const identityKey = keys[uuid.kind].get(toHex(uuid.uuid));
    if (identityKey === undefined) return [];
    const same = equalBytes(sha256(identityKey).subarray(0, FINGERPRINT_BYTES), fingerprint);
    return same ? [] : [{ uuid, identityKey }];
  });
  return jsonReply(formatIdentityCheckResponse({ elements: others }));
}
