import { asBytes, type Bytes } from '@sotto/bytes';
import {
  type Content,
  decodeContent,
  ProtocolError,
  ReceiptMessage_Type,
  SottoContext_Road,
  TypingMessage_Action,
} from '@sotto/protocol';
import { MAX_AHEAD_OF_TIME, MAX_RECEIPTS } from '../constants.ts';
import { cleanName } from '../contacts/clean-name.ts';
import type { Refusal } from '../core/tally.ts';
import { readSaidFiles, type SaidFile } from '../files/read-said-files.ts';
import { readSaidList, type SaidList } from '../lists/read-list.ts';
import type { ReceiptKind, RoadWish } from '../ports/store.ts';

/** Who somebody says they are; they may leave it out. */
export interface Introduction {
  readonly name?: string;
  /** 32 bytes. */
  readonly profileKey?: Bytes;
}

/** How the sender wants to be reached; with the time of the message, because a newer one takes it back. */
export interface Ways {
  readonly road?: RoadWish;
  /** 33 bytes: where the sending device collects by the onion road. */
  readonly mailbox?: Bytes;
  readonly sentAt?: number;
}

/** Where a visible message stands in its chat. */
export interface Place {
  readonly chain: number;
  readonly counter: number;
  readonly previous?: Bytes;
  /** When it got this place, by the sender's clock. */
  readonly at: number;
}

/** What a content says, checked and cut down to what this program knows. `list`: beside it, of the storage nodes. */
export type Said = Kind & { readonly list?: SaidList };

type Kind =
  | {
      readonly kind: 'text';
      /** May be empty where there are files. */
      readonly text: string;
      readonly files: readonly SaidFile[];
      readonly sentAt: number;
      readonly place?: Place;
      readonly introduction: Introduction;
      readonly ways: Ways;
      /** They have accepted us. */
      readonly accepted: boolean;
    }
  | {
      readonly kind: 'receipt';
      readonly receipt: ReceiptKind;
      readonly messages: readonly { readonly device: number; readonly sentAt: number }[];
    }
  | { readonly kind: 'typing'; readonly typing: boolean }
  | { readonly kind: 'acceptance'; readonly introduction: Introduction; readonly ways: Ways }
  /** Invisible: only how they want to be reached. */
  | { readonly kind: 'ways'; readonly ways: Ways }
  /** Nothing that this program shows or acts on; later ones may. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly reason: Refusal };

/**
 * Stop 9, decode: a decrypted content is still outside input. Times are bounded by the later of our clock
 * and the road's, because either may be wrong (threats U7).
 */
export function readContent(
  plaintext: Bytes,
  times: { readonly now: number; readonly serverTime: number },
): Said {
  let content: Content;
  try {
    content = decodeContent(plaintext);
  } catch (error) {
    if (error instanceof ProtocolError) return { kind: 'refused', reason: 'malformed-content' };
    throw error;
  }
  const said = readKind(content, times);
  const list = said.kind === 'refused' ? undefined : readSaidList(content.sotto?.directory);
  return list === undefined ? said : { ...said, list };
}

function readKind(content: Content, times: { readonly now: number; readonly serverTime: number }): Kind {
  if (content.receiptMessage !== undefined) return readReceipt(content);
  if (content.typingMessage !== undefined) return readTyping(content.typingMessage);
  const introduction = readIntroduction(content);
  const body = content.dataMessage?.body ?? '';
  const latest = Math.max(times.now, times.serverTime) + MAX_AHEAD_OF_TIME;
  const ways = readWays(content, latest);
  const accepted = content.sotto?.accepted === true;
  const attachments = content.dataMessage?.attachments ?? [];
  if (body === '' && attachments.length === 0) {
    if (accepted) return { kind: 'acceptance', introduction, ways };
    return ways.road === undefined && ways.mailbox === undefined
      ? { kind: 'nothing' }
      : { kind: 'ways', ways };
  }
  const sentAt = toNumber(content.dataMessage?.timestamp);
  if (sentAt === undefined || sentAt === 0) return { kind: 'refused', reason: 'malformed-content' };
  if (sentAt > latest) return { kind: 'refused', reason: 'implausible-time' };
  const place = readPlace(content, sentAt, latest);
  if (place === 'malformed') return { kind: 'refused', reason: 'malformed-content' };
  const files = readSaidFiles(attachments);
  const said = { kind: 'text', text: body, files, sentAt, introduction, ways, accepted } as const;
  return place === undefined ? said : { ...said, place };
}

function readIntroduction(content: Content): Introduction {
  const name = cleanName(content.sotto?.name || undefined);
  const profileKey = content.dataMessage?.profileKey;
  return {
    ...(name === undefined ? {} : { name }),
    ...(profileKey?.length === 32 ? { profileKey: asBytes(profileKey) } : {}),
  };
}

const WISHES: Readonly<Record<number, RoadWish>> = {
  [SottoContext_Road.AUTO]: 'auto',
  [SottoContext_Road.RELAY]: 'relay',
  [SottoContext_Road.ONION]: 'onion',
};

/** 03 and an Ed25519 key; anything else is no place that a storage node knows. */
const MAILBOX_LENGTH = 33;
const MAILBOX_TYPE = 0x03;

/** Nothing at all without a time that can be: a far one would outdo whatever they say later. */
function readWays({ sotto, dataMessage }: Content, latest: number): Ways {
  const sentAt = toNumber(dataMessage?.timestamp);
  if (sentAt === undefined || sentAt === 0 || sentAt > latest) return {};
  const mailbox = sotto?.mailbox;
  // A field that was left out reads as its default, which is a wish too.
  const road = sotto !== undefined && Object.hasOwn(sotto, 'road') ? WISHES[sotto.road] : undefined;
  const known = mailbox?.length === MAILBOX_LENGTH && mailbox[0] === MAILBOX_TYPE;
  return {
    sentAt,
    ...(road === undefined ? {} : { road }),
    ...(mailbox !== undefined && known ? { mailbox: asBytes(mailbox) } : {}),
  };
}

/** More texts than a device writes, and far from where numbers end: the next place has to be one, too. */
const MAX_COUNTER = 0xffff_ffff;

/** Absent from clients that do not count; then no gap can be told. */
function readPlace(content: Content, sentAt: number, latest: number): Place | undefined | 'malformed' {
  const { counter: count = 0n, chain = 0, previousHash, countedAt } = content.sotto ?? {};
  if (count === 0n) return undefined;
  const counter = toNumber(count);
  if (counter === undefined || counter > MAX_COUNTER || chain < 1 || chain > 0x3fff) return 'malformed';
  const at = Math.max(sentAt, Math.min(latest, toNumber(countedAt) ?? 0));
  if (previousHash === undefined || previousHash.length === 0) return { chain, counter, at };
  return previousHash.length === 32 ? { chain, counter, at, previous: asBytes(previousHash) } : 'malformed';
}

const RECEIPTS: Readonly<Record<number, ReceiptKind>> = {
  [ReceiptMessage_Type.DELIVERY]: 'delivery',
  [ReceiptMessage_Type.READ]: 'read',
};

function readReceipt(content: Content): Kind {
  const { receiptMessage, sotto } = content;
  const receipt = RECEIPTS[receiptMessage?.type ?? ReceiptMessage_Type.DELIVERY];
  if (receiptMessage === undefined || receipt === undefined) return { kind: 'nothing' };
  // Each costs a look at the disk; no program of ours sends more in one.
  if (receiptMessage.timestamp.length > MAX_RECEIPTS) return { kind: 'refused', reason: 'malformed-content' };
  const devices = sotto?.receiptDevices ?? [];
  if (devices.length > 0 && devices.length !== receiptMessage.timestamp.length) {
    return { kind: 'refused', reason: 'malformed-content' };
  }
  const messages: { device: number; sentAt: number }[] = [];
  for (const [index, timestamp] of receiptMessage.timestamp.entries()) {
    const sentAt = toNumber(timestamp);
    if (sentAt === undefined) return { kind: 'refused', reason: 'malformed-content' };
    messages.push({ device: devices[index] ?? 1, sentAt });
  }
  return { kind: 'receipt', receipt, messages };
}

/** In a group nobody types. */
function readTyping({ action, groupId }: NonNullable<Content['typingMessage']>): Kind {
  if (groupId.length > 0) return { kind: 'nothing' };
  return { kind: 'typing', typing: action === TypingMessage_Action.STARTED };
}

/** A protobuf 64-bit number as far as JavaScript counts exactly. */
function toNumber(value: bigint | undefined): number | undefined {
  return value !== undefined && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}
