import type { Bytes } from '@sotto/bytes';
import {
  type AttachmentPointerInit,
  encodeContent,
  ReceiptMessage_Type,
  SottoContext_Road,
} from '@sotto/protocol';
import type { Core } from '../core/core.ts';
import { listToTell, type ToldList } from '../lists/list-to-tell.ts';
import type { AccountState, Contact, MessageId, ReceiptKind } from '../ports/store.ts';
import { mailboxToTell } from './told-mailbox.ts';

const ROADS = {
  auto: SottoContext_Road.AUTO,
  relay: SottoContext_Road.RELAY,
  onion: SottoContext_Road.ONION,
} as const;

/** A text, with its place in the chat and, until they surely have it, who we are and where we collect. */
export async function makeText(
  core: Core,
  own: AccountState,
  contact: Contact,
  message: {
    readonly text: string;
    readonly sentAt: number;
    readonly attachments?: readonly AttachmentPointerInit[];
    /** When it gets its place, if that is later. */
    readonly countedAt?: number;
  },
): Promise<Bytes> {
  const mailbox = mailboxToTell(core, contact);
  return encodeContent({
    dataMessage: {
      ...(message.text === '' ? {} : { body: message.text }),
      ...(message.attachments === undefined ? {} : { attachments: [...message.attachments] }),
      timestamp: BigInt(message.sentAt),
      ...(contact.knowsProfileKey ? {} : { profileKey: own.profileKey }),
    },
    sotto: {
      counter: BigInt(contact.nextCounter),
      ...(contact.lastHash === undefined ? {} : { previousHash: contact.lastHash }),
      chain: own.registrationId,
      ...(message.countedAt === undefined ? {} : { countedAt: BigInt(message.countedAt) }),
      ...(contact.knowsProfileKey ? {} : { name: own.name }),
      accepted: contact.state === 'accepted',
      road: ROADS[contact.road],
      ...(mailbox === undefined ? {} : { mailbox }),
      ...(await listToTell(core, contact)),
    },
  });
}

/**
 * Invisible: how we want this chat to travel. To an accepted contact also that it is one, and all that an
 * accepted contact may know.
 */
export async function makeContext(
  core: Core,
  own: AccountState,
  contact: Contact,
  sentAt: number,
): Promise<Bytes> {
  const timestamp = BigInt(sentAt);
  const said = { chain: own.registrationId, road: ROADS[contact.road] };
  if (contact.state !== 'accepted') return encodeContent({ dataMessage: { timestamp }, sotto: said });
  const mailbox = core.roads.mailbox();
  return encodeContent({
    dataMessage: { timestamp, profileKey: own.profileKey },
    sotto: {
      ...said,
      name: own.name,
      accepted: true,
      ...(mailbox === undefined ? {} : { mailbox }),
      ...(await listToTell(core, contact)),
    },
  });
}

/** Receipts for messages of one author. `told`: what else they are to know. */
export function makeReceipt(
  kind: ReceiptKind,
  messages: readonly MessageId[],
  told: { readonly directory?: ToldList },
): Bytes {
  return encodeContent({
    receiptMessage: {
      type: kind === 'read' ? ReceiptMessage_Type.READ : ReceiptMessage_Type.DELIVERY,
      timestamp: messages.map(({ sentAt }) => BigInt(sentAt)),
    },
    sotto: { receiptDevices: messages.map(({ device }) => device), ...told },
  });
}
