import type { RelayContext } from '../../context.ts';
import type { Reply } from '../../http/call.ts';
import { accountKey } from '../../limits/limit-key.ts';
import { giveBack, overLimitOfAny } from '../../limits/over-limit.ts';
import type { Addressed, SendTerms } from './deliver.ts';

/** What is to be kept, and for whom. */
export interface Sending extends Pick<SendTerms, 'mailClass'> {
  readonly addressed: readonly Addressed[];
}

/**
 * Keep mail within the bytes that each account may be sent. Classes of mail are measured apart, as they have room apart: what
 * strangers send takes nothing from contacts. `keep` replies with what stands against it; then nobody is charged.
 */
export async function chargeBytes(
  context: RelayContext,
  sending: Sending,
  keep: () => Promise<Reply | undefined>,
): Promise<Reply | undefined> {
  const charge = chargeFor(sending);
  const over = overLimitOfAny(context, 'inboundBytes', charge);
  if (over !== undefined) return over;
  let kept = false;
  try {
    const refusal = await keep();
    kept = refusal === undefined;
    return refusal;
  } finally {
    if (!kept) giveBack(context, 'inboundBytes', charge);
  }
}

/** By account, which may be named by more than one of its identities. */
function chargeFor({ addressed, mailClass }: Sending): readonly (readonly [key: string, bytes: number])[] {
  const all = new Map<string, number>();
  for (const { account, copies } of addressed) {
    const key = `${mailClass} ${accountKey(account)}`;
    const bytes = copies.reduce((sum, { content }) => sum + content.length, 0);
    all.set(key, (all.get(key) ?? 0) + bytes);
  }
  return [...all];
}
