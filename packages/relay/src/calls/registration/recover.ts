import type { Bytes } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import type { RelayContext } from '../../context.ts';
import { type Reply, reply } from '../../http/call.ts';
import { readAccount } from '../../store/accounts.ts';
import { conclude, type Outcome } from './conclude.ts';
import { enrol, opens, type Wanted } from './enrol.ts';
import { refuseHolder } from './refuse-holder.ts';
import { overLockTries } from './refuse-locked.ts';

/**
 * An account by its ACI for its recovery password (signal-service §2.4); with its number, if it has one, whose keys the
 * request must bring (400). 403 when the password is not its own.
 */
export async function recover(
  context: RelayContext,
  wanted: Wanted,
  aci: Aci,
  password: Bytes,
): Promise<Reply> {
  const { request } = wanted;
  const lock = request.accountAttributes.registrationLock;
  const limited = overLockTries(context, await context.store.findAccount(aci), { lock });
  if (limited !== undefined) return limited;
  const outcome = await context.store.write(function* (): Work<Outcome> {
    const before = yield* readAccount(aci);
    if (before === undefined || !opens(password, before)) return { reply: reply(403) };
    if (before.phone !== undefined && request.pniIdentityKey === undefined) return { reply: reply(400) };
    const refusal = yield* refuseHolder(context, request, before);
    if (refusal !== undefined) return refusal;
    yield* enrol(context, wanted, aci, before.phone);
    return { aci, before };
  });
  return conclude(context, outcome);
}
