import type { Work } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import type { RelayContext } from '../context.ts';
import { removeAccount } from '../store/accounts.ts';

/**
 * Leave nothing of an account, if it still `may` go when it does: false when not. Mail goes first and once more at the
 * end, for what arrived in between; a crash on the way leaves an account that can be deleted again.
 */
export async function dropAccount(
  { store, mailbox, connections }: Pick<RelayContext, 'store' | 'mailbox' | 'connections'>,
  aci: Aci,
  may: () => Work<boolean>,
): Promise<boolean> {
  if (!(await store.read(may))) return false;
  await mailbox.clear(aci);
  const dropped = await store.write(function* () {
    if (!(yield* may())) return false;
    yield* removeAccount(aci);
    return true;
  });
  if (!dropped) return false;
  await mailbox.clear(aci);
  store.erase();
  // After the reply, which may have to go out on one of these sockets.
  setImmediate(() => connections.revoke(aci));
  return true;
}
