import type { Bytes } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import { accountIdFromBytes, aciOf } from '@sotto/identity';
import type { RelayContext } from '../../context.ts';
import { type Reply, reply } from '../../http/call.ts';
import { readAccount } from '../../store/accounts.ts';
import { spendReceipt } from '../../store/once.ts';
import { clearMail, type Outcome } from './commit-registration.ts';
import { conclude } from './conclude.ts';
import { enrol, opens, type Wanted } from './enrol.ts';
import { recover } from './recover.ts';

/**
 * A new account for a receipt. 400 for a receipt that is not good, 403 when the account is somebody's already.
 *
 * Signatures over prekeys are published with every record, so a stranger could repeat them: they do
 * not prove that the caller holds the identity key. An ACI that exists is therefore given only to
 * whoever knows its recovery password, receipt or not.
 */
export async function registerByReceipt(context: RelayContext, wanted: Wanted): Promise<Reply> {
  const { request } = wanted;
  const aci = aciOf(accountIdFromBytes(request.aciIdentityKey));
  const existing = await context.store.findAccount(aci);
  if (existing !== undefined) {
    // A retry whose first answer was lost, or an owner who came back with an invite.
    const password = request.accountAttributes.recoveryPassword;
    return password !== undefined && opens(password, existing)
      ? recover(context, wanted, aci, password)
      : reply(403);
  }
  const presentation = request.receiptCredentialPresentation as Bytes;
  const receipt = context.receipts.verify(presentation, context.now());
  if (receipt === undefined) return reply(400);
  await clearMail(context, aci);
  const outcome = await context.store.write(function* (): Work<Outcome> {
    if ((yield* readAccount(aci)) !== undefined) return { reply: reply(403) };
    if (!(yield* spendReceipt(receipt.serial, receipt.endsDay))) return { reply: reply(400) };
    yield* enrol(context, wanted, aci);
    return { aci };
  });
  return conclude(context, outcome);
}
