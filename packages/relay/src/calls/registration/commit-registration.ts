import { equalBytes } from '@sotto/bytes';
import type { Work } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import type { RelayContext } from '../../context.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import { enrol, type NumberOf, type Wanted } from './enrol.ts';
import type { Refused } from './refuse-locked.ts';

/** As which account a caller may register. */
export interface Granted {
  readonly aci: Aci;
  /** The account as it was; absent when it is new. */
  readonly before?: StoredAccount;
  /** What it keeps, or gets, besides. */
  readonly number?: NumberOf;
}

/** What a registration has come to, as it is committed. */
export type Outcome = Refused | Pick<Granted, 'aci' | 'before'>;

/**
 * Enrol whoever `judge` lets in, in the same transaction. The account's mail goes before it: what comes after it may be for
 * the new device, and acknowledged. Nobody who is refused has emptied anything, and who is judged as another account
 * the second time begins anew.
 */
export async function commitRegistration(
  context: RelayContext,
  wanted: Wanted,
  judge: () => Work<Refused | Granted>,
): Promise<Outcome> {
  for (let emptied: Aci | undefined; ; ) {
    const cleared = emptied;
    const outcome = await context.store.write(function* (): Work<Outcome | { readonly toClear: Aci }> {
      const judged = yield* judge();
      if ('reply' in judged) return judged;
      const { aci, number } = judged;
      if (cleared === undefined || !equalBytes(cleared, aci)) return { toClear: aci };
      yield* enrol(context, wanted, aci, number);
      return judged;
    });
    if (!('toClear' in outcome)) return outcome;
    emptied = outcome.toClear;
    await clearMail(context, emptied);
  }
}

/** Also of an account that is not there: one that was deleted may have left some, had the process ended on the way. */
export async function clearMail(
  { mailbox, onlineMail }: Pick<RelayContext, 'mailbox' | 'onlineMail'>,
  aci: Aci,
): Promise<void> {
  await mailbox.clear(aci);
  await onlineMail.clear(aci);
}
