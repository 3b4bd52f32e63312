import { formatAci } from '@sotto/identity';
import { formatUuid, type IdentityResponse } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import type { StoredAccount } from '../store/accounts.ts';
import { readUsername } from '../store/usernames.ts';
import { hasCapability } from './capabilities.ts';

/** What an account is told of itself (reference: signal-service §2.2). */
export async function describeIdentity(
  { store }: Pick<RelayContext, 'store'>,
  account: StoredAccount,
): Promise<IdentityResponse> {
  const { aci, phone, authCredentialSalt } = account;
  const { hash, linkHandle } = await store.read(() => readUsername(aci));
  return {
    uuid: formatAci(aci),
    ...(phone && { pni: formatUuid(phone.pni) }),
    ...(hash && { usernameHash: hash }),
    ...(linkHandle && { usernameLinkHandle: formatUuid(linkHandle) }),
    storageCapable: hasCapability(account, 'storage'),
    // Clients take it for the mark of an account without a number.
    ...(phone === undefined && { authCredentialSalt }),
  };
}
