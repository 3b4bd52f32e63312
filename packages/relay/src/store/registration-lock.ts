import { toHex, utf8 } from '@sotto/bytes';
import { changed, run, type Work } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import { type SaltedHash, saltedHash } from './salted-hash.ts';

/** The registration lock of an account (reference: signal-service §2.5). */

/** As it is kept, of its text; an empty one counts as none. */
export function hashLock(lock: string | undefined): SaltedHash | undefined {
  return lock === undefined || lock === '' ? undefined : saltedHash(utf8(lock));
}

/** Put it on, or take it off; a step of the store's writes. */
export function* setRegistrationLock(aci: Aci, lock: SaltedHash | undefined): Work<void> {
  yield* run('UPDATE account SET lock_hash = ?, lock_salt = ? WHERE aci = ?', [
    lock?.hash ?? null,
    lock?.salt ?? null,
    aci,
  ]);
  yield* changed(toHex(aci));
}
