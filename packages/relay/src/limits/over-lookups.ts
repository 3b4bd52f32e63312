import type { Bytes } from '@sotto/bytes';
import type { RelayContext } from '../context.ts';
import { type Call, lastHopOf, type Reply, reply } from '../http/call.ts';
import type { LimitName } from './limits.ts';
import { overLimitOfAddress } from './over-limit.ts';
import { checkWorkOf, spendWork } from './spend-work.ts';

/**
 * A refusal of a look-up that anybody may make: of one address there may be so many. Through the onion network all come
 * from the same nodes, so each costs work for what is looked up, and without it is 401.
 */
export async function overLookups(
  context: RelayContext,
  call: Call,
  { limit, target }: { readonly limit: LimitName; readonly target: Bytes },
): Promise<Reply | undefined> {
  if (lastHopOf(call.from) === undefined) return overLimitOfAddress(context, limit, call.from);
  const work = checkWorkOf(context, call.headers, { purpose: 'lookup', target });
  const spent = work !== undefined && (await context.store.write(() => spendWork(work)));
  return spent ? undefined : reply(401);
}
