import type { Work } from '@sotto/database';
import { PRIMARY_DEVICE_ID, type RegistrationRequest } from '@sotto/protocol';
import type { RelayContext } from '../../context.ts';
import { reply } from '../../http/call.ts';
import type { StoredAccount } from '../../store/accounts.ts';
import { type LockAttempt, type Refused, refuseLocked } from './refuse-locked.ts';

/**
 * Why an account may not be registered anew although the caller has proved that it is theirs: 409 while they have not said
 * that they do without what a former device could hand over, 423 for its registration lock.
 */
export function* refuseHolder(
  context: RelayContext,
  request: RegistrationRequest,
  holder: StoredAccount,
  { byRecovery }: Pick<LockAttempt, 'byRecovery'>,
): Work<Refused | undefined> {
  if (!request.skipDeviceTransfer && handsOver(holder)) return { reply: reply(409) };
  return yield* refuseLocked(context, holder, {
    lock: request.accountAttributes.registrationLock,
    byRecovery,
  });
}

function handsOver({ devices }: StoredAccount): boolean {
  return devices.some(
    ({ id, capabilities }) => id === PRIMARY_DEVICE_ID && capabilities['transfer'] === true,
  );
}
