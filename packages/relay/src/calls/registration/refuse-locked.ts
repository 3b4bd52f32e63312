import { toHex, utf8 } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import { formatRegistrationLockFailure, STATUS } from '@sotto/protocol';
import { DAY, LOCK_DAYS } from '../../constants.ts';
import type { RelayContext } from '../../context.ts';
import { jsonReply, type Reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { freezeLogins, type StoredAccount } from '../../store/accounts.ts';
import { verifySaltedHash } from '../../store/salted-hash.ts';

/** What somebody shows who has proved that a number is theirs and finds an account there. */
export interface LockAttempt {
  /** The registration lock; empty or absent at a first try. */
  readonly lock: string | undefined;
  /** The proof was the account's recovery password. */
  readonly byRecovery: boolean;
}

/** A refusal that is to be committed. */
export interface Refused {
  readonly reply: Reply;
  /** The account whose devices can no longer log in. */
  readonly frozen?: StoredAccount;
}

/**
 * 423 when a number's account has a registration lock and the caller shows another (signal-service §2.2). From then on its
 * devices cannot log in, so that the lock lapses: whoever has got the number of somebody else gets it for good some day. The
 * owner comes back with the lock. Undefined when there is no lock, it has lapsed, or it is the right one.
 */
export function* refuseLocked(
  { now }: RelayContext,
  holder: StoredAccount,
  { lock, byRecovery }: LockAttempt,
): Work<Refused | undefined> {
  const timeRemaining = lockRemaining(holder, now());
  if (timeRemaining === undefined) return undefined;
  const shown = lock !== undefined && lock !== '';
  if (shown && holder.lock !== undefined && verifySaltedHash(utf8(lock), holder.lock)) return undefined;
  // Clients try without the lock first, and may need the recovery password again.
  yield* freezeLogins(holder.aci, { keepRecovery: byRecovery && !shown });
  const body = formatRegistrationLockFailure({ timeRemaining });
  return { reply: jsonReply(body, STATUS.registrationLock), frozen: holder };
}

/**
 * 429 for somebody who tries lock after lock where one is in force. To be asked only when the caller has proved that the
 * number is theirs (Signal-Server, RegistrationLockVerificationManager): anybody else would use up the tries of its owner.
 */
export function overLockTries(
  context: RelayContext,
  holder: StoredAccount | undefined,
  lock: string | undefined,
): Reply | undefined {
  if (lock === undefined || lock === '' || holder === undefined) return undefined;
  if (lockRemaining(holder, context.now()) === undefined) return undefined;
  return overLimit(context, 'registrationLock', toHex(holder.aci));
}

/** Milliseconds for which the lock of a number still holds; days are all that is known of when its devices were seen. */
function lockRemaining({ lock, phone, devices }: StoredAccount, now: number): number | undefined {
  if (lock === undefined || phone === undefined) return undefined;
  const lastSeenDay = Math.max(...devices.map((device) => device.lastSeenDay));
  const remaining = (lastSeenDay + 1 + LOCK_DAYS) * DAY - now;
  return remaining > 0 ? remaining : undefined;
}
