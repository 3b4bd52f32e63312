import type { Work } from '@sotto/database';
import type { Aci } from '@sotto/identity';
import { removeAvatars } from '../calls/profiles/remove-avatars.ts';
import type { RelayContext } from '../context.ts';
import { removeAccount } from '../store/accounts.ts';
import { readAvatars } from '../store/profiles.ts';

/**
 * Leave nothing of an account, if it still `may` go when it does: false when not. Mail goes first and once more at the
 * end, for what arrived in between; a crash on the way leaves an account that can be deleted again, or mail that
 * `clearOrphans` finds.
 */
export async function dropAccount(
  context: Pick<RelayContext, 'store' | 'mailbox' | 'onlineMail' | 'connections' | 'avatars' | 'events'>,
  aci: Aci,
  may: () => Work<boolean>,
): Promise<boolean> {
  const { store, mailbox, onlineMail, connections } = context;
  if (!(await store.read(may))) return false;
  await mailbox.clear(aci);
  const dropped = await store.write(function* () {
    if (!(yield* may())) return undefined;
    const avatars = yield* readAvatars(aci);
    yield* removeAccount(aci);
    return avatars;
  });
  if (dropped === undefined) return false;
  await mailbox.clear(aci);
  await onlineMail.clear(aci);
  await removeAvatars(context, dropped);
  store.erase();
  // After the reply, which may have to go out on one of these sockets.
  setImmediate(() => connections.revoke(aci));
  return true;
}
