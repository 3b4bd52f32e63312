export type { AccountId } from './account-id.ts';
export { accountIdFromBytes, formatAccountId, parseAccountId } from './account-id.ts';
export type { IdentityErrorCode } from './errors.ts';
export { IdentityError } from './errors.ts';
export type { AccountRecord, DeviceRecord, RelayAddress, SignedKeyRecord } from './record-types.ts';
