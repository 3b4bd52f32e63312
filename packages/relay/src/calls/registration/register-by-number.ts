import { type Bytes, toHex } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import { STATUS } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Reply, reply } from '../../http/call.ts';
import { overLimit } from '../../limits/over-limit.ts';
import { commitRegistration, type Granted } from './commit-registration.ts';
import { conclude } from './conclude.ts';
import type { Wanted } from './enrol.ts';
import { judgeNumber } from './judge-number.ts';
import { proveNumber } from './prove-number.ts';
import { randomPni } from './random-pni.ts';
import { refuseHolder } from './refuse-holder.ts';
import { overLockTries, type Refused } from './refuse-locked.ts';

/**
 * An account for a phone number (signal-service §2.2), new or the one that has it. A new one has the ACI of its identity key
 * like any other account; one that is there keeps its ACI and PNI, whatever key it is given. Replies 400 at a relay that
 * registers nobody by phone, 422 without keys for the number, and what `proveNumber`, `judgeNumber` and `refuseHolder` say.
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
  const unproven = await proveNumber(context, request, number);
  if (unproven !== undefined) return unproven;
  const known = await context.store.read(() => judgeNumber(request, numberHash));
  if ('reply' in known) return known.reply;
  // After the proof: what a stranger could use up would keep the owner from coming back.
  const lock = request.accountAttributes.registrationLock;
  const limited =
    overLimit(context, 'registrations', toHex(numberHash)) ?? overLockTries(context, known.before, lock);
  if (limited !== undefined) return limited;
  const outcome = await commitRegistration(context, wanted, () => grant(context, wanted, numberHash));
  return conclude(context, outcome, number);
}

/** Judged again, inside the write: of two that register at once the second finds the first. */
function* grant(context: RelayContext, { request }: Wanted, numberHash: Bytes): Work<Refused | Granted> {
  const judged = yield* judgeNumber(request, numberHash);
  if ('reply' in judged) return judged;
  const { aci, before, pni = randomPni(), byRecovery } = judged;
  const refusal = before && (yield* refuseHolder(context, request, before, { byRecovery }));
  if (refusal !== undefined) return refusal;
  return { aci, number: { numberHash, pni }, ...(before && { before }) };
}
