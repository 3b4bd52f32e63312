import SealedSenderMultiRecipientMessage from '@signalapp/libsignal-client/dist/SealedSenderMultiRecipientMessage.js';
import { asBytes, type Bytes } from '@sotto/bytes';
import { type IncomingMessage, parseServiceId, type ServiceId } from '@sotto/protocol';

/** A message to many, taken apart. */
export interface ManyMessage {
  readonly recipients: readonly ManyRecipient[];
  /** Bytes of the content that each device gets. */
  readonly size: number;
}

export interface ManyRecipient {
  readonly id: ServiceId;
  readonly devices: readonly Pick<IncomingMessage, 'destinationDeviceId' | 'destinationRegistrationId'>[];
  /** What all of its devices get; made anew at each call. */
  content(): Bytes;
}

/**
 * Take a sealed message to many recipients apart (reference: signal-service §4.2); those that it leaves out on purpose are
 * nobody's business. Undefined for what is none, goes to nobody, or to one device twice.
 */
export function readMany(body: Bytes): ManyMessage | undefined {
  const message = parse(body);
  if (message === undefined) return undefined;
  const recipients = Object.entries(message.recipientsByServiceIdString()).map(([text, recipient]) => ({
    id: parseServiceId(text),
    devices: recipient.deviceIds.map((destinationDeviceId, index) => ({
      destinationDeviceId,
      destinationRegistrationId: recipient.registrationIds[index] as number,
    })),
    content: () => asBytes(message.messageForRecipient(recipient)),
  }));
  const [first] = recipients;
  if (first === undefined || recipients.some(hasTwice)) return undefined;
  // The part of a recipient's own has one length in all of them.
  return { recipients, size: first.content().length };
}

function parse(body: Bytes): SealedSenderMultiRecipientMessage | undefined {
  try {
    return new SealedSenderMultiRecipientMessage(body);
  } catch {
    return undefined;
  }
}

function hasTwice({ devices }: ManyRecipient): boolean {
  return new Set(devices.map(({ destinationDeviceId }) => destinationDeviceId)).size < devices.length;
}
