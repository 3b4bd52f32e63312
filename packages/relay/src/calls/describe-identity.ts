import { formatAci } from '@sotto/identity';
import { formatUuid, type IdentityResponse } from '@sotto/protocol';
import type { StoredAccount } from '../store/accounts.ts';

/**
 * What an account is told of itself (signal-service §2.2). Only a hash of its number is kept, so the number is there only
 * in answers to requests that name it.
 */
export function describeIdentity(account: StoredAccount, number?: string): IdentityResponse {
  const { aci, phone, devices, authCredentialSalt } = account;
  return {
    uuid: formatAci(aci),
    ...(number !== undefined && { number }),
    ...(phone && { pni: formatUuid(phone.pni) }),
    storageCapable: devices.some(({ capabilities }) => capabilities['storage'] === true),
    // Clients take it for the mark of an account without a number.
    ...(phone === undefined && { authCredentialSalt }),
  };
}
