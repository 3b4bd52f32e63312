import type { Work } from '@sotto/database';
import type { RelayContext } from '../context.ts';
import { type AccountDevice, removeDevice } from '../store/devices.ts';

export type DropOutcome<Why> =
  /** Also when it was not there. */
  { readonly outcome: 'dropped' } | { readonly outcome: 'kept'; readonly why: Why };

/**
 * Take a device from its account, with its prekeys and mail, and close its sockets; not when `keep` says why not.
 * As with an account, mail goes before and after: whoever has compared devices before may still be writing.
 */
export async function dropDevice<Why>(
  {
    store,
    mailbox,
    onlineMail,
    connections,
  }: Pick<RelayContext, 'store' | 'mailbox' | 'onlineMail' | 'connections'>,
  { aci, device }: AccountDevice,
  keep: () => Work<Why | undefined>,
): Promise<DropOutcome<Why>> {
  const first = await store.read(keep);
  if (first !== undefined) return { outcome: 'kept', why: first };
  await mailbox.clear(aci, device);
  const why = await store.write(function* () {
    const refusal = yield* keep();
    if (refusal === undefined) yield* removeDevice({ aci, device });
    return refusal;
  });
  if (why !== undefined) return { outcome: 'kept', why };
  await mailbox.clear(aci, device);
  await onlineMail.clear(aci, device);
  store.erase();
  // After the reply, which may have to go out on one of these sockets.
  setImmediate(() => connections.revoke(aci, device));
  return { outcome: 'dropped' };
}
