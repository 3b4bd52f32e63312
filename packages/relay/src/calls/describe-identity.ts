import { formatAci } from '@sotto/identity';
import { formatUuid, type IdentityResponse } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import type { StoredAccount } from '../store/accounts.ts';
import { readUsername } from '../store/usernames.ts';
import { hasCapability } from './capabilities.ts';

/**
 * What an account is told of itself (reference: signal-service §2.2). Only a hash of its number is kept, so the number is
 * there only in answers to requests that name it.
 */
export async function describeIdentity(
  { store }: Pick<RelayContext, 'store'>,
  account: StoredAccount,
  number?: string,
): Promise<IdentityResponse> {
  const { aci, phone, authCredentialSalt } = account;
  const { hash, linkHandle } = await store.read(() => readUsername(aci));
  return {
    uuid: formatAci(aci),
    ...(number !== undefined && { number }),
    ...(phone && { pni: formatUuid(phone.pni) }),
    ...(hash && { usernameHash: hash }),
    ...(linkHandle && { usernameLinkHandle: formatUuid(linkHandle) }),
    storageCapable: hasCapability(account, 'storage'),
    // Clients take it for the mark of an account without a number.
    ...(phone === undefined && { authCredentialSalt }),
  };
}
