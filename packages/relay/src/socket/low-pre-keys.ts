import { aciFromBytes } from '@sotto/identity';
import type { QueueName } from '@sotto/mailbox';
import { formatJson, formatPreKeyCount, PATH } from '@sotto/protocol';
import { FEW_PREKEYS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { countPreKeys, type KeyIdentity } from '../store/pre-keys.ts';

type Teller = Pick<RelayContext, 'store' | 'connections' | 'events'>;

/** Under each of the names that an account may have. */
const ALL: readonly KeyIdentity[] = ['aci', 'pni'];

/**
 * Tell a device that it has few one-time keys left, if it is connected and asked for notices (docs/spec/relay.md); clients
 * of other makes look by themselves, and Signal's server tells nobody. A hint: nothing fails when it is not heard. Never
 * rejects.
 */
export async function tellLowPreKeys(
  { store, connections, events }: Teller,
  device: QueueName,
  identities = ALL,
): Promise<void> {
  if (!connections.takesNotices(device)) return;
  try {
    const aci = aciFromBytes(device.account);
    const hasNumber = (await store.findAccount(aci))?.phone !== undefined;
    for (const identity of identities) {
      if (identity === 'pni' && !hasNumber) continue;
      const left = await store.read(() => countPreKeys({ aci, device: device.device, identity }));
      if (Math.min(left.count, left.pqCount) >= FEW_PREKEYS) continue;
      const path = identity === 'pni' ? `${PATH.lowPreKeys}?identity=pni` : PATH.lowPreKeys;
      connections.notify(device, { path, body: formatJson(formatPreKeyCount(left)) });
    }
  } catch (error) {
    events.failed(error);
  }
}
