import { parseApnToken, parseGcmToken, parseJson, STATUS } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Call, type Reply, reply } from '../http/call.ts';

/*
 * A device that gives its token expects to be woken by it, and stops looking by itself: without push it would hear of
 * nothing. So a token is refused, as in a registration (spec: docs/spec/relay.md).
 */

/** `PUT /v1/accounts/apn/`. */
export function setApnToken(_context: RelayContext, { body }: Call): Reply {
  parseApnToken(parseJson(body));
  return reply(STATUS.unprocessable);
}

/** `PUT /v1/accounts/gcm/`. */
export function setGcmToken(_context: RelayContext, { body }: Call): Reply {
  parseGcmToken(parseJson(body));
  return reply(STATUS.unprocessable);
}

/** `DELETE` of either: there is none. */
export function removePushToken(): Reply {
  return reply(204);
}
