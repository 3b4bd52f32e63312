import type { RelayContext } from '../context.ts';
import { lastHopOf, type Reply, retryReply } from '../http/call.ts';
import type { StoredAccount } from '../store/accounts.ts';
import { accountKey, addressKeys, isOwnMachine, limitKey } from './limit-key.ts';
import type { LimitName } from './limits.ts';

type Asker = Pick<RelayContext, 'limits' | 'events' | 'now'>;

/** A refusal when `key` has used up what a limit gives it; else that much less is left, and undefined. */
export function overLimit(asker: Asker, limit: LimitName, key: string, tokens = 1): Reply | undefined {
  return take(asker, limit, [[limitKey(key), tokens]]);
}

/** Keys as limit-key.ts makes them, each once. */
type Wanted = readonly (readonly [key: string, tokens: number])[];

/** The same of several at once: when one has too few, none is charged. */
export function overLimitOfAny(asker: Asker, limit: LimitName, wanted: Wanted): Reply | undefined {
  return take(asker, limit, wanted);
}

/** The same of an account, as everybody together may do with it. */
export function overLimitOfAccount(
  asker: Asker,
  limit: LimitName,
  account: Pick<StoredAccount, 'aci'>,
): Reply | undefined {
  return take(asker, limit, [[accountKey(account), 1]]);
}

/** Put back what `overLimitOfAny` took, where nothing came of it. */
export function giveBack({ limits, now }: Asker, limit: LimitName, taken: Wanted): void {
  for (const [key, tokens] of taken) limits[limit].giveBack(key, now(), tokens);
}

/**
 * Like `overLimit`, of whoever is at an address, or behind a last hop of the onion network (`addressKeys`). Nobody is limited
 * by the address of this very machine: behind a proxy that the relay was not told of it would be everybody's.
 */
export function overLimitOfAddress(
  asker: Asker,
  limit: LimitName,
  from: string,
  tokens = 1,
): Reply | undefined {
  if (isOwnMachine(lastHopOf(from) ?? from)) return undefined;
  return take(
    asker,
    limit,
    addressKeys(from).map(([key, part]) => [key, part * tokens]),
  );
}

function take({ limits, events, now }: Asker, limit: LimitName, wanted: Wanted): Reply | undefined {
  const outcome = limits[limit].takeAll(wanted, now());
  if (outcome.outcome === 'ok') return undefined;
  events.count('rate-limited');
  return retryReply(outcome.retryAfter);
}
