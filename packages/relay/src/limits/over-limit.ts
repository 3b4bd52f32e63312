import type { RelayContext } from '../context.ts';
import { type Reply, retryReply } from '../http/call.ts';
import type { StoredAccount } from '../store/accounts.ts';
import { accountKey, addressKey, isOwnMachine, limitKey } from './limit-key.ts';
import type { LimitName } from './limits.ts';

type Asker = Pick<RelayContext, 'limits' | 'events' | 'now'>;

/** A refusal when `key` has used up what a limit gives it; else that much less is left, and undefined. */
export function overLimit(asker: Asker, limit: LimitName, key: string, tokens = 1): Reply | undefined {
  return take(asker, limit, [[limitKey(key), tokens]]);
}

/** The same of several keys at once, each named once: when one has too few, none is charged. */
export function overLimitOfAny(
  asker: Asker,
  limit: LimitName,
  wanted: readonly (readonly [key: string, tokens: number])[],
): Reply | undefined {
  return take(
    asker,
    limit,
    wanted.map(([key, tokens]) => [limitKey(key), tokens]),
  );
}

/** The same of an account, as everybody together may do with it. */
export function overLimitOfAccount(
  asker: Asker,
  limit: LimitName,
  account: Pick<StoredAccount, 'aci'>,
  tokens = 1,
): Reply | undefined {
  return take(asker, limit, [[accountKey(account), tokens]]);
}

/** Put back what `overLimitOfAny` took, where nothing came of it. */
export function giveBack(
  { limits, now }: Asker,
  limit: LimitName,
  taken: readonly (readonly [key: string, tokens: number])[],
): void {
  for (const [key, tokens] of taken) limits[limit].giveBack(limitKey(key), now(), tokens);
}

/**
 * Like `overLimit`, of an address, or of the network that somebody has of IPv6. Nobody is limited by the address of
 * this very machine: behind a proxy that the relay was not told of it would be everybody's.
 */
export function overLimitOfAddress(
  asker: Asker,
  limit: LimitName,
  address: string,
  tokens = 1,
): Reply | undefined {
  return isOwnMachine(address) ? undefined : take(asker, limit, [[addressKey(address), tokens]]);
}

function take(
  { limits, events, now }: Asker,
  limit: LimitName,
  wanted: readonly (readonly [key: string, tokens: number])[],
): Reply | undefined {
  const outcome = limits[limit].takeAll(wanted, now());
  if (outcome.outcome === 'ok') return undefined;
  events.count('rate-limited');
  return retryReply(outcome.retryAfter);
}
