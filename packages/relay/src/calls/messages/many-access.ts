import { type Bytes, equalBytes } from '@sotto/bytes';
import { ACCESS_KEY_BYTES, HEADER, type Headers } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { type Reply, reply } from '../../http/call.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import { accessHeaderOf, opensWithToken } from '../access.ts';
import type { ManyRecipient } from './read-many.ts';

/** By what a message to many may reach them. */
export type ManyAccess =
  /** Recipients themselves decide whose stories they show. */
  | { readonly outcome: 'story' }
  /** The token of a group, for all of them. */
  | { readonly outcome: 'group' }
  /** Still to be compared with the keys of all of them. */
  | { readonly outcome: 'combined-key'; readonly key: Bytes };

/** What the headers say, before anybody is looked up; a refusal where they say too little or too much. */
export function manyAccess(
  context: RelayContext,
  headers: Headers,
  { recipients, isStory }: { readonly recipients: readonly ManyRecipient[]; readonly isStory: boolean },
): ManyAccess | Reply {
  const token = headers.get(HEADER.groupSendToken);
  if (isStory) return token === undefined ? { outcome: 'story' } : reply(400);
  const key = accessHeaderOf(headers);
  if (token !== undefined) {
    if (key !== 'absent') return reply(400);
    const ids = recipients.map(({ id }) => id);
    return opensWithToken(context, token, ids) ? { outcome: 'group' } : reply(401);
  }
  return key === 'absent' || key === 'malformed' ? reply(401) : { outcome: 'combined-key', key };
}

/**
 * A refusal when the accounts that were found are not all, or not opened by their keys together: the exclusive or of all,
 * without those of accounts that are open to everybody (reference: signal-service §4.2). Signal says 404 when one is not
 * here, and so to anybody with sixteen bytes who is; here a key tells nothing that it does not open.
 */
export function checkAccessOfMany(
  access: ManyAccess,
  recipients: readonly ManyRecipient[],
  accounts: readonly StoredAccount[],
): Reply | undefined {
  if (access.outcome !== 'combined-key') return undefined;
  if (accounts.length < recipients.length) return reply(401);
  if (recipients.some(({ id }) => id.kind === 'pni')) return reply(401);
  const combined = combineKeys(accounts);
  return combined !== undefined && equalBytes(combined, access.key) ? undefined : reply(401);
}

function combineKeys(accounts: readonly StoredAccount[]): Bytes | undefined {
  const combined = new Uint8Array(ACCESS_KEY_BYTES);
  for (const { unrestrictedAccess, accessKey } of accounts) {
    if (unrestrictedAccess) continue;
    if (accessKey === undefined) return undefined;
    for (const [index, byte] of accessKey.entries()) combined[index] = (combined[index] as number) ^ byte;
  }
  return combined;
}
