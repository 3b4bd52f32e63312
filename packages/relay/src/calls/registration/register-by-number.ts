import { type Bytes, equalBytes, toHex } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import { accountIdFromBytes, aciOf } from '@sotto/identity';
import { STATUS } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { readAccount, readAccountOfNumber } from '../../store/accounts.ts';
import { commitRegistration, type Granted } from './commit-registration.ts';
import { conclude } from './conclude.ts';
import { opens, type Wanted } from './enrol.ts';
import { proveNumber } from './prove-number.ts';
import { randomPni } from './random-pni.ts';
import { refuseHolder } from './refuse-holder.ts';
import { overLockTries, type Refused } from './refuse-locked.ts';

/**
 * An account for a phone number (signal-service §2.2), new or the one that has it. A new one has the ACI of its identity key
 * like any other account; one that is there keeps its ACI and PNI, whatever key it is given. Replies 400 at a relay that
 * registers nobody by phone, 422 without keys for the number, and what `proveNumber`, `refuseHolder` and `judge` say.
 */
export async function registerByNumber(
  context: RelayContext,
  wanted: Wanted,
  number: string,
): Promise<Reply> {
  const { request } = wanted;
  if (context.codeSender === undefined) return reply(400);
  if (request.pniIdentityKey === undefined) return reply(STATUS.unprocessable);
  const numberHash = context.hashNumber(number);
  const limited = overLimit(context, 'registrations', toHex(numberHash));
  if (limited !== undefined) return limited;
  const unproven = await proveNumber(context, request, number);
  if (unproven !== undefined) return unproven;
  const known = await context.store.read(() => readAccountOfNumber(numberHash));
  const tooMany = overLockTries(context, known, { lock: request.accountAttributes.registrationLock });
  if (tooMany !== undefined) return tooMany;
  const outcome = await commitRegistration(context, wanted, () => judge(context, wanted, numberHash));
  return conclude(context, outcome, number);
}

/**
 * 403 for a recovery password that is not the account's, and for an identity key that is another account's: it is public,
 * and bringing it proves nothing. Whoever knows that account's recovery password too gives it this number.
 */
function* judge(context: RelayContext, { request }: Wanted, numberHash: Bytes): Work<Refused | Granted> {
  const holder = yield* readAccountOfNumber(numberHash);
  if (request.recoveryPassword !== undefined && !opens(request.recoveryPassword, holder)) {
    return { reply: reply(403) };
  }
  const computed = aciOf(accountIdFromBytes(request.aciIdentityKey));
  const namesake = yield* readAccount(computed);
  const isOther = namesake !== undefined && (holder === undefined || !equalBytes(holder.aci, computed));
  if (isOther && (holder !== undefined || !opens(request.accountAttributes.recoveryPassword, namesake))) {
    return { reply: reply(403) };
  }
  const before = holder ?? namesake;
  const refusal = before && (yield* refuseHolder(context, request, before));
  if (refusal !== undefined) return refusal;
  const aci = before?.aci ?? computed;
  const pni = holder?.phone?.pni ?? randomPni();
  return { aci, number: { numberHash, pni }, ...(before && { before }) };
}
