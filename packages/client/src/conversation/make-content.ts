import { type Bytes, toHex } from '@sotto/bytes';
import { encodeContent, ReceiptMessage_Type, SottoContext_Road } from '@sotto/protocol';
import type { AccountState, Contact, MessageId } from '../ports/store.ts';

const ROADS = {
  auto: SottoContext_Road.AUTO,
  relay: SottoContext_Road.RELAY,
  onion: SottoContext_Road.ONION,
} as const;

/** A text, with its place in the chat and, until they surely have it, who we are. */
export function makeText(
  own: AccountState,
  contact: Contact,
  message: { readonly text: string; readonly sentAt: number },
): Bytes {
  return encodeContent({
    dataMessage: {
      body: message.text,
      timestamp: BigInt(message.sentAt),
      ...(contact.knowsProfileKey ? {} : { profileKey: own.profileKey }),
    },
    sotto: {
      counter: BigInt(contact.nextCounter),
      ...(contact.lastHash === undefined ? {} : { previousHash: contact.lastHash }),
      chain: own.registrationId,
      ...(contact.knowsProfileKey ? {} : { name: own.name }),
      accepted: contact.state === 'accepted',
      road: ROADS[contact.road],
    },
  });
}

/** "Your request was accepted": invisible, and carries what an accepted contact may know. */
export function makeAcceptance(own: AccountState, contact: Contact, sentAt: number): Bytes {
  return encodeContent({
    dataMessage: { timestamp: BigInt(sentAt), profileKey: own.profileKey },
    sotto: { chain: own.registrationId, name: own.name, accepted: true, road: ROADS[contact.road] },
  });
}

/** Delivery receipts for messages of one author. */
export function makeReceipt(messages: readonly MessageId[]): Bytes {
  return encodeContent({
    receiptMessage: {
      type: ReceiptMessage_Type.DELIVERY,
      timestamp: messages.map(({ sentAt }) => BigInt(sentAt)),
    },
    sotto: { receiptDevices: messages.map(({ device }) => device) },
  });
}

/** 16 random bytes as text, to name an outbox entry. */
export function makeEntryId(random: (length: number) => Bytes): string {
  return toHex(random(16));
}
