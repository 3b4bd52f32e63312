import { asBytes, type Bytes } from '@sotto/bytes';
import { type Content, decodeContent, ProtocolError, ReceiptMessage_Type } from '@sotto/protocol';
import { MAX_AHEAD_OF_TIME, MAX_RECEIPTS } from '../constants.ts';
import { cleanName } from '../contacts/clean-name.ts';
import type { Refusal } from '../core/tally.ts';

/** Who somebody says they are; they may leave it out. */
export interface Introduction {
  readonly name?: string;
  /** 32 bytes. */
  readonly profileKey?: Bytes;
}

/** Where a visible message stands in its chat. */
export interface Place {
  readonly chain: number;
  readonly counter: number;
  readonly previous?: Bytes;
}

/** What a content says, checked and cut down to what this program knows. */
export type Said =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly sentAt: number;
      readonly place?: Place;
      readonly introduction: Introduction;
    }
  | {
      readonly kind: 'receipt';
      readonly messages: readonly { readonly device: number; readonly sentAt: number }[];
    }
  | { readonly kind: 'acceptance'; readonly introduction: Introduction }
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
  if (content.receiptMessage !== undefined) return readReceipt(content);
  const introduction = readIntroduction(content);
  const body = content.dataMessage?.body ?? '';
  if (body === '') {
    return content.sotto?.accepted === true ? { kind: 'acceptance', introduction } : { kind: 'nothing' };
  }
  const sentAt = toNumber(content.dataMessage?.timestamp);
  if (sentAt === undefined || sentAt === 0) return { kind: 'refused', reason: 'malformed-content' };
  if (sentAt > Math.max(times.now, times.serverTime) + MAX_AHEAD_OF_TIME) {
    return { kind: 'refused', reason: 'implausible-time' };
  }
  const place = readPlace(content);
  if (place === 'malformed') return { kind: 'refused', reason: 'malformed-content' };
  return { kind: 'text', text: body, sentAt, introduction, ...(place === undefined ? {} : { place }) };
}

function readIntroduction(content: Content): Introduction {
  const name = cleanName(content.sotto?.name || undefined);
  const profileKey = content.dataMessage?.profileKey;
  return {
    ...(name === undefined ? {} : { name }),
    ...(profileKey?.length === 32 ? { profileKey: asBytes(profileKey) } : {}),
  };
}

/** Absent from clients that do not count; then no gap can be told. */
function readPlace(content: Content): Place | undefined | 'malformed' {
  const { counter: count = 0n, chain = 0, previousHash } = content.sotto ?? {};
  if (count === 0n) return undefined;
  const counter = toNumber(count);
  if (counter === undefined || chain < 1 || chain > 0x3fff) return 'malformed';
  if (previousHash === undefined || previousHash.length === 0) return { chain, counter };
  return previousHash.length === 32 ? { chain, counter, previous: asBytes(previousHash) } : 'malformed';
}

function readReceipt(content: Content): Said {
  const { receiptMessage, sotto } = content;
  if (receiptMessage?.type !== ReceiptMessage_Type.DELIVERY) return { kind: 'nothing' };
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
  return { kind: 'receipt', messages };
}

/** A protobuf 64-bit number as far as JavaScript counts exactly. */
function toNumber(value: bigint | undefined): number | undefined {
  return value !== undefined && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : undefined;
}
