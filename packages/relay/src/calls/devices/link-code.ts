import { toBase64Url, toHex, utf8 } from '@sotto/bytes';
import { randomBytes, sha256 } from '@sotto/crypto';
import {
  formatDeviceLimit,
  formatLinkCode,
  LINK_CODE_LIFETIME,
  MAX_ACCOUNT_DEVICES,
  STATUS,
} from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { holdsLogin, readAccount } from '../../store/accounts.ts';
import { addLinkToken } from '../../store/link-tokens.ts';
import { managesDevices } from './manages-devices.ts';

const CODE_BYTES = 32;

/**
 * `GET /v1/devices/provisioning/code` (signal-service §2.6): what lets one device be linked to the account, and the
 * name under which the caller waits for it. 401 for a device that may not, 411 when there is no room.
 */
export async function createLinkCode(
  context: RelayContext,
  { caller }: Call & { caller: Caller },
): Promise<Reply> {
  const limited = overLimit(context, 'allocateDevice', toHex(caller.aci));
  if (limited !== undefined) return limited;
  const verificationCode = toBase64Url(randomBytes(CODE_BYTES));
  const tokenHash = sha256(utf8(verificationCode));
  const refusal = await context.store.write(function* () {
    const account = yield* readAccount(caller.aci);
    if (account === undefined || !(yield* holdsLogin(caller))) return reply(401);
    if (account.devices.length >= MAX_ACCOUNT_DEVICES) return noRoom(account.devices.length);
    if (!(yield* managesDevices(caller))) return reply(401);
    yield* addLinkToken(tokenHash, caller.aci, context.now() + LINK_CODE_LIFETIME);
    return undefined;
  });
  if (refusal !== undefined) return refusal;
  return jsonReply(formatLinkCode({ verificationCode, tokenIdentifier: toBase64Url(tokenHash) }));
}

/** 411 with how many devices there are and may be. */
export function noRoom(current: number): Reply {
  return jsonReply(formatDeviceLimit({ current, max: MAX_ACCOUNT_DEVICES }), STATUS.tooManyDevices);
}
