import { type Bytes, equalBytes } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import { type Aci, accountIdFromBytes, aciOf } from '@sotto/identity';
import type { RegistrationRequest } from '@sotto/protocol';
import { reply } from '../../http/call.ts';
import { readAccount, readAccountOfNumber, type StoredAccount } from '../../store/accounts.ts';
import { opens } from './enrol.ts';
import type { Refused } from './refuse-locked.ts';

/** Whose account a registration with a number is. */
export interface Judged {
  readonly aci: Aci;
  /** The account as it is; absent when it is new. */
  readonly before?: StoredAccount;
  /** Of a number that has an account. */
  readonly pni?: Bytes;
  /** A recovery password was the proof, with or without a session. */
  readonly byRecovery: boolean;
}

/**
 * 403 for a recovery password that is not the account's, and for an identity key that is another account's: it is public,
 * and bringing it proves nothing. Whoever knows that account's recovery password too gives it this number.
 */
export function* judgeNumber(request: RegistrationRequest, numberHash: Bytes): Work<Judged | Refused> {
  const holder = yield* readAccountOfNumber(numberHash);
  const byPassword = request.recoveryPassword !== undefined && request.recoveryPassword.length > 0;
  if (byPassword && !opens(request.recoveryPassword, holder)) return { reply: reply(403) };
  const computed = aciOf(accountIdFromBytes(request.aciIdentityKey));
  const namesake = yield* readAccount(computed);
  const isOther = namesake !== undefined && (holder === undefined || !equalBytes(holder.aci, computed));
  if (isOther && (holder !== undefined || !opens(request.accountAttributes.recoveryPassword, namesake))) {
    return { reply: reply(403) };
  }
  const before = holder ?? namesake;
  const pni = holder?.phone?.pni;
  return {
    aci: before?.aci ?? computed,
    ...(before && { before }),
    ...(pni && { pni }),
    byRecovery: byPassword || isOther,
  };
}
