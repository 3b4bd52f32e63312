import { type Bytes, equalBytes, fromBase64 } from '@sotto/bytes';
import { ACCESS_KEY_BYTES, HEADER, type Headers, type ServiceId } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { type Reply, reply } from '../http/call.ts';
import type { StoredAccount } from '../store/accounts.ts';
import type { Target } from './find-target.ts';

/** How an anonymous call shows that it may reach an account. */
export type AccessHeader = 'absent' | 'malformed' | Bytes;

export function accessHeaderOf(headers: Headers): AccessHeader {
  const text = headers.get(HEADER.accessKey);
  if (text === undefined) return 'absent';
  try {
    const key = fromBase64(text);
    return key.length === ACCESS_KEY_BYTES ? key : 'malformed';
  } catch {
    return 'malformed';
  }
}

/**
 * Whether an access key opens an account. An account that does not exist is as closed as one with
 * another key, so that no answer tells which it is; one that is open to all wants some key still
 * (reference: signal-service §4.1).
 */
function opensWith(account: StoredAccount | undefined, header: AccessHeader): boolean {
  if (account === undefined || header === 'absent' || header === 'malformed') return false;
  if (account.unrestrictedAccess) return true;
  return account.accessKey !== undefined && equalBytes(account.accessKey, header);
}

/** What the headers of an anonymous call say about whether it may reach somebody. */
export type AnonymousAccess =
  | { readonly outcome: 'granted'; readonly account: StoredAccount }
  | { readonly outcome: 'refused'; readonly reply: Reply }
  /** There is neither an access key nor a token. */
  | { readonly outcome: 'unshown' };

/**
 * By access key, which opens accounts and no phone-number identities, or by the token of a group, which may say more:
 * with one, who is not registered is 404 and not 401 (reference: signal-service §3, §4.1, §7.3).
 */
export function anonymousAccess(
  context: RelayContext,
  headers: Headers,
  { id, account }: Target,
): AnonymousAccess {
  const token = headers.get(HEADER.groupSendToken);
  const header = accessHeaderOf(headers);
  if (token !== undefined) {
    if (header !== 'absent') return refused(400);
    if (id === undefined || !opensWithToken(context, token, [id])) return refused(401);
    return account === undefined ? refused(404) : { outcome: 'granted', account };
  }
  if (header === 'absent') return { outcome: 'unshown' };
  const opened = id?.kind === 'aci' && opensWith(account, header);
  return opened && account !== undefined ? { outcome: 'granted', account } : refused(401);
}

/** Whether a token in its header's text was given to a member of a group with all of these. */
export function opensWithToken(
  { groupSendTokens, now }: Pick<RelayContext, 'groupSendTokens' | 'now'>,
  text: string,
  recipients: readonly ServiceId[],
): boolean {
  try {
    return groupSendTokens.opens(fromBase64(text), recipients, now());
  } catch {
    return false;
  }
}

function refused(status: number): AnonymousAccess {
  return { outcome: 'refused', reply: reply(status) };
}
