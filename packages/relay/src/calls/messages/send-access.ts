import { equalBytes, toHex } from '@sotto/bytes';
import type { MailClass } from '@sotto/mailbox';
import type { ServiceId } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Call, type Caller, jsonReply, type Reply, reply } from '../../http/call.ts';
import { overLimit, overLimitOfAccount } from '../../limits/over-limit.ts';
import { type CheckedWork, checkWorkOf } from '../../limits/spend-work.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import type { KeyIdentity } from '../../store/pre-keys.ts';
import { anonymousAccess } from '../access.ts';
import { aciIn, type Target } from '../find-target.ts';
import { challengeNewRecipients } from './challenge-new-recipients.ts';

export const NOTHING_TO_SYNC = jsonReply({ needsSync: false });

/** What opens an account to a send. */
export interface Access {
  readonly account: StoredAccount;
  /** By which of its names it is written to. */
  readonly kind: KeyIdentity;
  /** Absent for sealed sends and stories. */
  readonly sender?: Caller;
  readonly mailClass: MailClass;
  /** To be spent when what it pays for is kept. */
  readonly work?: CheckedWork;
}

/** Asked once for each send, and before it is said who is here: limits are by the name that is written to, where one is. */
export function refuseTooMany(
  context: RelayContext,
  { query, caller, headers }: Call,
  { id, account }: Target,
): Reply | undefined {
  if (id === undefined) return undefined;
  if (query.get('story') === 'true') {
    const reached = id.kind === 'aci' ? account : undefined;
    return reached && overLimitOfAccount(context, 'stories', reached);
  }
  if (caller === undefined || isSync(caller, id)) return undefined;
  const [sender, recipient] = [toHex(caller.aci), `${id.kind}.${toHex(id.uuid)}`];
  return (
    overLimit(context, 'messages', `${sender}>${recipient}`) ??
    challengeNewRecipients(context, headers, { sender, recipient })
  );
}

/** Whether it may be sent to whom it is for, and as what. Charges nobody: it may be asked again of the same send. */
export function decideAccess(context: RelayContext, call: Call, target: Target): Access | Reply {
  const { caller, headers } = call;
  const { id, account } = target;
  if (call.query.get('story') === 'true') return storyAccess(target);
  if (caller !== undefined) return identifiedAccess(caller, target);

  const kind = id?.kind ?? 'aci';
  const access = anonymousAccess(context, headers, target);
  if (access.outcome === 'refused') return access.reply;
  if (access.outcome === 'granted') return { account: access.account, kind, mailClass: 'contact' };
  const aci = id && aciIn(id);
  const work = aci && checkWorkOf(context, headers, { purpose: 'request', target: aci });
  if (work === undefined) return reply(401);
  if (account === undefined) return reply(404);
  return { account, kind, mailClass: 'request', work };
}

/**
 * Nobody has to show anything here, so a story to who is not here, or to a number's own identity, is taken and goes nowhere
 * (Signal-Server, MessageController): its 409 and 410 would tell whose number that is.
 */
function storyAccess({ id, account }: Target): Access | Reply {
  if (id?.kind !== 'aci' || account === undefined) return NOTHING_TO_SYNC;
  return { account, kind: 'aci', mailClass: 'story' };
}

function identifiedAccess(caller: Caller, { id, account }: Target): Access | Reply {
  if (id === undefined || account === undefined) return reply(404);
  // A number's own identity is for others to write to.
  if (!isSync(caller, id) && equalBytes(caller.aci, account.aci)) return reply(403);
  return { account, kind: id.kind, sender: caller, mailClass: 'contact' };
}

/** A send by one's own name. */
function isSync({ aci }: Caller, { kind, uuid }: ServiceId): boolean {
  return kind === 'aci' && equalBytes(aci, uuid);
}
