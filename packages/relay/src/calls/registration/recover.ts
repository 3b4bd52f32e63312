import type { Bytes } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import type { RelayContext } from '../../context.ts';
import { type Reply, reply } from '../../http/call.ts';
import { readAccount } from '../../store/accounts.ts';
import { commitRegistration, type Granted } from './commit-registration.ts';
import { conclude } from './conclude.ts';
import { opens, type Wanted } from './enrol.ts';
import { refuseHolder } from './refuse-holder.ts';
import type { Refused } from './refuse-locked.ts';

/**
 * An account by its ACI for its recovery password (signal-service §2.4); with its number, if it has one, whose keys the
 * request must bring (400). 403 when the password is not its own. Tries at a registration lock need no counting here: the
 * first wrong one takes the password away.
 */
export async function recover(
  context: RelayContext,
  wanted: Wanted,
  aci: Aci,
  password: Bytes,
): Promise<Reply> {
  const { request } = wanted;
  const outcome = await commitRegistration(context, wanted, function* (): Work<Refused | Granted> {
    const before = yield* readAccount(aci);
    if (before === undefined || !opens(password, before)) return { reply: reply(403) };
    if (before.phone !== undefined && request.pniIdentityKey === undefined) return { reply: reply(400) };
    const refusal = yield* refuseHolder(context, request, before, { byRecovery: true });
    if (refusal !== undefined) return refusal;
    return { aci, before, ...(before.phone && { number: before.phone }) };
  });
  return conclude(context, outcome);
}
