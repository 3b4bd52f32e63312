import { toHex, utf8 } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import { formatRegistrationLockFailure, STATUS } from '@sotto/protocol';
import { DAY, LOCK_DAYS } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { jsonReply, type Reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { freezeLogins, type StoredAccount } from '../../store/accounts.ts';
import { verifySaltedHash } from '../../store/salted-hash.ts';

/** What somebody shows who has proved that an account is theirs. */
export interface LockAttempt {
  /** The registration lock; empty or absent at a first try. */
  readonly lock: string | undefined;
  /** The proof was the account's recovery password, and not its number. */
  readonly byRecovery: boolean;
}

/**
 * 423 when a number's account has a registration lock and the caller shows another (reference: signal-service §2.2). From
 * then on its devices cannot log in, so that the lock lapses: whoever has got the number of somebody else gets it for good
 * some day. The owner comes back with the lock. Undefined when there is no lock, it has lapsed, or it is the right one.
 */
export function* refuseLocked(
  { now }: Pick<RelayContext, 'now'>,
  holder: StoredAccount,
  { lock = '', byRecovery }: LockAttempt,
): Work<Reply | undefined> {
  const timeRemaining = lockRemaining(holder, now());
  if (timeRemaining <= 0 || holder.lock === undefined) return undefined;
  if (lock !== '' && verifySaltedHash(utf8(lock), holder.lock)) return undefined;
  // Clients try without the lock first, and may need the recovery password again.
  yield* freezeLogins(holder.aci, { keepRecovery: byRecovery && lock === '' });
  return jsonReply(formatRegistrationLockFailure({ timeRemaining }), STATUS.registrationLock);
}

/** 429 for somebody who tries lock after lock. */
export function overLockTries(
  context: RelayContext,
  holder: StoredAccount | undefined,
  { lock = '' }: Pick<LockAttempt, 'lock'>,
): Reply | undefined {
  if (lock === '' || holder?.lock === undefined) return undefined;
  return overLimit(context, 'registrationLock', toHex(holder.aci));
}

/** Milliseconds for which a lock still holds; of when devices were seen days are all that is known. */
function lockRemaining({ devices }: StoredAccount, now: number): number {
  const lastSeenDay = Math.max(0, ...devices.map((device) => device.lastSeenDay));
  return (lastSeenDay + 1 + LOCK_DAYS) * DAY - now;
}
