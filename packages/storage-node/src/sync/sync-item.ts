import { type Bytes, BytesError, decodeBencodedList, encodeBencodedList, fromUtf8, utf8 } from '@sotto/bytes';
import {
  MAILBOX_KEY_BYTES,
  MAX_MESSAGE_DATA_BYTES,
  NAMESPACE_MAX,
  NAMESPACE_MIN,
  type RequestAuth,
} from '@sotto/protocol';
import { SYNC } from '../constants.ts';

/** A message as one member tells another of it; its hash follows from the rest. */
export interface MessageItem {
  readonly kind: 'message';
  /** 33 bytes. */
  readonly mailbox: Bytes;
  readonly namespace: number;
  readonly data: Bytes;
  /** Milliseconds, as all times here: what its sender said. */
  readonly timestamp: number;
  /** When its time is over, before any `expire`. */
  readonly baseExpiry: number;
  /** When the member that was asked took it. */
  readonly storedAt: number;
  /** When its owner signed the store; 0 where anyone stores. */
  readonly signedAt: number;
  /** The signature with which it was stored, where one is needed. */
  readonly evidence?: RequestAuth;
}

/** Something that an owner has signed: a delete and the like. */
export interface OperationItem {
  readonly kind: 'operation';
  /** When the member that was asked did it. */
  readonly at: number;
  /** The request. */
  readonly text: Bytes;
}

export type SyncItem = MessageItem | OperationItem;

const NOTHING = new Uint8Array(0);
const MESSAGE = 'm';
const OPERATION = 'o';

export function encodeItem(item: SyncItem): Bytes {
  if (item.kind === 'operation') return encodeBencodedList([utf8(OPERATION), number(item.at), item.text]);
  const { mailbox, namespace, data, timestamp, baseExpiry, storedAt, signedAt, evidence } = item;
  return encodeBencodedList([
    utf8(MESSAGE),
    mailbox,
    ...[namespace, timestamp, baseExpiry, storedAt, signedAt].map(number),
    data,
    ...(evidence === undefined
      ? []
      : [
          evidence.signature,
          evidence.ed25519 ?? NOTHING,
          evidence.subaccount?.token ?? NOTHING,
          evidence.subaccount?.signature ?? NOTHING,
        ]),
  ]);
}

const PLAIN_PARTS = 8;
const SIGNED_PARTS = 12;
const SIGNATURE_BYTES = 64;
const KEY_BYTES = 32;
const TOKEN_BYTES = 36;

/** `undefined` for anything that is none, or larger than may be stored. Nothing is verified here. */
export function decodeItem(bytes: Uint8Array): SyncItem | undefined {
  if (bytes.length > SYNC.itemBytes) return undefined;
  try {
    const [kind = NOTHING, ...parts] = decodeBencodedList(bytes, SIGNED_PARTS);
    if (kind.length !== 1) return undefined;
    const name = fromUtf8(kind);
    if (name === OPERATION) return readOperation(parts);
    return name === MESSAGE ? readMessage(parts) : undefined;
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}

function readOperation(parts: readonly Bytes[]): OperationItem | undefined {
  const [at, text, ...rest] = parts;
  const when = readNumber(at);
  if (when === undefined || text === undefined || rest.length > 0) return undefined;
  return { kind: 'operation', at: when, text };
}

function readMessage(parts: readonly Bytes[]): MessageItem | undefined {
  if (parts.length !== PLAIN_PARTS - 1 && parts.length !== SIGNED_PARTS - 1) return undefined;
  const [mailbox = NOTHING, ...rest] = parts;
  const [namespace, timestamp, baseExpiry, storedAt, signedAt] = rest.slice(0, 5).map(readNumber);
  const data = parts[6] ?? NOTHING;
  if (namespace === undefined || timestamp === undefined || baseExpiry === undefined) return undefined;
  if (storedAt === undefined || signedAt === undefined) return undefined;
  if (mailbox.length !== MAILBOX_KEY_BYTES || data.length > MAX_MESSAGE_DATA_BYTES) return undefined;
  if (namespace < NAMESPACE_MIN || namespace > NAMESPACE_MAX) return undefined;
  if ([timestamp, baseExpiry, storedAt, signedAt].some((time) => time < 0)) return undefined;
  const evidence = parts.length === SIGNED_PARTS - 1 ? readEvidence(parts.slice(7)) : undefined;
  if (evidence === null) return undefined;
  const message = { mailbox, namespace, data, timestamp, baseExpiry, storedAt, signedAt };
  return { kind: 'message', ...message, ...(evidence === undefined ? {} : { evidence }) };
}

/** `null` for what is none. */
function readEvidence(parts: readonly Bytes[]): RequestAuth | null {
  const [signature = NOTHING, ed25519 = NOTHING, token = NOTHING, tokenSignature = NOTHING] = parts;
  if (signature.length !== SIGNATURE_BYTES) return null;
  if (ed25519.length !== 0 && ed25519.length !== KEY_BYTES) return null;
  const owner = { signature, ...(ed25519.length === 0 ? {} : { ed25519 }) };
  if (token.length === 0 && tokenSignature.length === 0) return owner;
  if (token.length !== TOKEN_BYTES || tokenSignature.length !== SIGNATURE_BYTES) return null;
  return { ...owner, subaccount: { token, signature: tokenSignature } };
}

function number(value: number): Bytes {
  return utf8(String(value));
}

/** One way of writing each: an item has one form. */
function readNumber(part: Bytes | undefined): number | undefined {
  if (part === undefined || part.length === 0 || part.length > 16) return undefined;
  const text = fromUtf8(part);
  const value = Number(text);
  return Number.isSafeInteger(value) && String(value) === text ? value : undefined;
}
