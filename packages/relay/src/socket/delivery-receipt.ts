import { randomBytes } from '@sotto/crypto';
import type { MailEntry, QueueName } from '@sotto/mailbox';
import { ENVELOPE_TYPE, encodeEnvelope, type RelayEnvelope, SERVER_GUID_BYTES } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';

/**
 * The receipts that the server owes the sender of an acknowledged envelope: one to each of its devices
 * (reference: signal-service §1.3). Sealed envelopes have no sender to tell, and receipts get none.
 */
export function receiptsFor(
  context: RelayContext,
  acknowledged: RelayEnvelope,
  { account: acknowledger, device }: QueueName,
): readonly MailEntry[] {
  const { source, type, clientTimestamp } = acknowledged;
  if (source === undefined || type === ENVELOPE_TYPE.deliveryReceipt) return [];
  const sender = context.store.accounts.find(source.aci);
  const now = context.now();
  return (sender?.devices ?? []).map(({ id: senderDevice }) => {
    const id = randomBytes(SERVER_GUID_BYTES);
    const envelope = encodeEnvelope({
      type: ENVELOPE_TYPE.deliveryReceipt,
      clientTimestamp,
      serverTimestamp: now,
      guid: id,
      destination: source.aci,
      source: { aci: acknowledger, device },
      urgent: false,
    });
    const queue = { account: source.aci, device: senderDevice };
    return { queue, class: 'contact', id, receivedAt: now, envelope };
  });
}
