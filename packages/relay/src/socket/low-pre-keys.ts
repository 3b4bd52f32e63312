import { aciFromBytes } from '@sotto/identity';
import type { QueueName } from '@sotto/mailbox';
import { formatJson, formatPreKeyCount, PATH } from '@sotto/protocol';
import { FEW_PREKEYS } from '../constants.ts';
import type { RelayContext } from '../context.ts';
import { countPreKeys } from '../store/pre-keys.ts';

type Teller = Pick<RelayContext, 'store' | 'connections' | 'events'>;

/**
 * Tell a device that it has few one-time keys left, if it is connected and asked for notices (docs/spec/relay.md); clients
 * of other makes look by themselves. A hint: nothing fails when it is not heard. Never rejects.
 */
export async function tellLowPreKeys(
  { store, connections, events }: Teller,
  device: QueueName,
): Promise<void> {
  if (!connections.takesNotices(device)) return;
  try {
    const owner = { aci: aciFromBytes(device.account), device: device.device, identity: 'aci' } as const;
    const left = await store.read(() => countPreKeys(owner));
    if (Math.min(left.count, left.pqCount) >= FEW_PREKEYS) return;
    connections.notify(device, { path: PATH.lowPreKeys, body: formatJson(formatPreKeyCount(left)) });
  } catch (error) {
    events.failed(error);
  }
}
