import { toHex } from '@sotto/bytes';
import { formatCallingRelays } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, jsonReply, type Reply } from '../http/call.ts';
import { overLimit } from '../limits/over-limit.ts';
import { turnCredentials } from '../turn/turn-credentials.ts';

/** `GET /v2/calling/relays` (reference: signal-service §10). An empty list where there is no TURN server. */
export function callingRelays(context: RelayContext, { caller }: Call & { caller: Caller }): Reply {
  const { turn, turnUser } = context;
  const now = context.now();
  const relays = turn === undefined ? [] : [turnCredentials(turn, turnUser(caller.aci, now), now)];
  return overLimit(context, 'callingRelays', toHex(caller.aci)) ?? jsonReply(formatCallingRelays({ relays }));
}
