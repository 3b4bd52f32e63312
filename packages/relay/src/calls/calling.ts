import { toHex } from '@sotto/bytes';
import { formatCallingRelays } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Call, type Caller, jsonReply, type Reply } from '../http/call.ts';
import { overLimit } from '../limits/over-limit.ts';
import { turnCredentials } from '../turn/turn-credentials.ts';

/** `GET /v2/calling/relays` (reference: signal-service §10). An empty list where there is no TURN server. */
export function callingRelays(context: RelayContext, { caller }: Call & { caller: Caller }): Reply {
  const { turn, now } = context;
  const relays = turn === undefined ? [] : [turnCredentials(turn, now())];
  return overLimit(context, 'callingRelays', toHex(caller.aci)) ?? jsonReply(formatCallingRelays({ relays }));
}
