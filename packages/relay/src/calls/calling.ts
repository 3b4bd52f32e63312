import { toHex } from '@sotto/bytes';
import { formatCallingRelays } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, jsonReply, type Reply, retryReply } from '../http/call.ts';
import { turnCredentials } from '../turn/turn-credentials.ts';

/** `GET /v2/calling/relays` (reference: signal-service §10). An empty list where there is no TURN server. */
export function callingRelays(
  { turn, limits, events, now }: RelayContext,
  { caller }: Call & { caller: Caller },
): Reply {
  const permit = limits.callingRelays.take(toHex(caller.aci), now());
  if (permit.outcome === 'empty') {
    events.count('rate-limited');
    return retryReply(permit.retryAfter);
  }
  return jsonReply(formatCallingRelays({ relays: turn === undefined ? [] : [turnCredentials(turn, now())] }));
}
