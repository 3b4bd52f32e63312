import { type Bytes, equalBytes } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import type { MailEntry, Premise, QueueName } from '@sotto/mailbox';
import {
  decodeEnvelope,
  ENVELOPE_TYPE,
  encodeEnvelope,
  hasSenderOrStory,
  ProtocolError,
  type RelayEnvelope,
  SERVER_GUID_BYTES,
} from '@sotto/protocol';
import { rosterOf } from '../calls/messages/roster.ts';
import type { RelayContext } from '../context.ts';

/** Who is to be told that an envelope has arrived. Holds nothing of the envelope's memory. */
export interface ReceiptOwed {
  readonly source: NonNullable<RelayEnvelope['source']>;
  /** As the envelope was addressed: by a PNI too, and then that is all that its sender knows. */
  readonly recipient: Bytes;
  readonly clientTimestamp: number;
}

/** What delivery has to know of an envelope. */
export interface EnvelopeNotes {
  readonly isStory: boolean;
  readonly receipt?: ReceiptOwed;
}

const NOTHING_NOTED: EnvelopeNotes = { isStory: false };

/** Sealed envelopes have no sender to tell, receipts get none, and neither does what cannot be read. */
export function notesOf(envelope: Bytes): EnvelopeNotes {
  if (!hasSenderOrStory(envelope)) return NOTHING_NOTED;
  try {
    const { source, destination, type, clientTimestamp, story } = decodeEnvelope(envelope);
    const isStory = story === true;
    if (source === undefined || type === ENVELOPE_TYPE.deliveryReceipt) return { isStory };
    const recipient = destination.slice();
    return {
      isStory,
      receipt: { source: { ...source, aci: source.aci.slice() }, recipient, clientTimestamp },
    };
  } catch (error) {
    if (error instanceof ProtocolError) return NOTHING_NOTED;
    throw error;
  }
}

/** Mail for the devices that there are. */
export interface Receipts {
  readonly receipts: readonly MailEntry[];
  readonly premises: readonly Premise[];
}

/**
 * The receipts that the server owes the sender of an acknowledged envelope: one to each of its devices
 * (reference: signal-service §1.3), and none for what it has sent to its own.
 */
export async function receiptsFor(
  context: RelayContext,
  { source, recipient, clientTimestamp }: ReceiptOwed,
  { account, device }: QueueName,
): Promise<Receipts> {
  const sender = equalBytes(source.aci, account) ? undefined : await context.store.findAccount(source.aci);
  if (sender === undefined) return { receipts: [], premises: [] };
  const now = context.now();
  const receipts = sender.devices.map(({ id: senderDevice }) => {
    const id = randomBytes(SERVER_GUID_BYTES);
    const envelope = encodeEnvelope({
      type: ENVELOPE_TYPE.deliveryReceipt,
      clientTimestamp,
      serverTimestamp: now,
      guid: id,
      destination: source.aci,
      source: { aci: recipient, device },
      urgent: false,
    });
    const queue = { account: source.aci, device: senderDevice };
    return { queue, class: 'contact' as const, id, receivedAt: now, envelope };
  });
  return { receipts, premises: [rosterOf(sender, 'aci')] };
}
