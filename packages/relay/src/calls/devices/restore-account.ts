import { type Bytes, concatBytes, toHex, utf8 } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import {
  formatJson,
  formatRestoreAccountRequest,
  parseJson,
  parseRestoreAccountRequest,
  STATUS,
} from '@sotto/protocol';
import { PARCEL_LIFETIME } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { type Call, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLimit, overLimitOfAddress } from '../../limits/over-limit.ts';
import { leaveParcel, readParcel } from '../../store/parcels.ts';
import { poll } from './poll.ts';

const LABEL = utf8('sotto restore account v1');
const MAX_TOKEN_LENGTH = 64;

/**
 * `PUT /v1/devices/restore_account/{token}` (signal-service §2.6): a device that has no account yet tells the old one,
 * whose token it has read from a picture, how it wants the account back. Anybody may call; who guesses no token
 * reaches nobody.
 */
export async function putRestoreAccount(context: RelayContext, call: Call): Promise<Reply> {
  const address = addressOf(call);
  if (address === undefined) return reply(STATUS.unprocessable);
  const content = formatJson(formatRestoreAccountRequest(parseRestoreAccountRequest(parseJson(call.body))));
  // All together as well: what waits here was put by nobody who is known.
  const limited = overLimitOfAddress(context, 'restores', call.from) ?? overLimit(context, 'allRestores', '');
  if (limited !== undefined) return limited;
  await context.store.write(() => leaveParcel(address, content, context.now() + PARCEL_LIFETIME));
  context.waiters.ring(toHex(address));
  return reply(204);
}

/** `GET /v1/devices/restore_account/{token}`: wait for what the one above leaves. */
export async function waitForRestoreAccount(context: RelayContext, call: Call): Promise<Reply> {
  const address = addressOf(call);
  if (address === undefined) return reply(400);
  const limited = overLimitOfAddress(context, 'restoreWaits', call.from);
  if (limited !== undefined) return limited;
  return poll(context, call, {
    bell: toHex(address),
    look: async () => {
      const content = await context.store.read(() => readParcel(address, context.now()));
      return (
        content && jsonReply(formatRestoreAccountRequest(parseRestoreAccountRequest(parseJson(content))))
      );
    },
  });
}

function addressOf({ parameters }: Call): Bytes | undefined {
  const token = parameters[0] ?? '';
  if (token.length === 0 || token.length > MAX_TOKEN_LENGTH) return undefined;
  return sha256(concatBytes(LABEL, utf8(token)));
}
