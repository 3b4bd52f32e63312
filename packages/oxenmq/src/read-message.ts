import { asBytes, type Bytes, BytesError, fromUtf8, toHex } from '@sotto/bytes';
import { MAX_COMMAND_BYTES, MAX_PARTS, MAX_TAG_BYTES } from './constants.ts';

/** What the other end says instead of an answer; it names the command or the tag that it concerns. */
export const REFUSALS = [
  /** There is no such command. */
  'UNKNOWNCOMMAND',
  /** The connection has not the level that the command is for. */
  'FORBIDDEN',
  /** The one who asks is no node that is listed now. */
  'FORBIDDEN_SN',
  /** The one who is asked is none. */
  'NOT_A_SERVICE_NODE',
  /** A request without a tag cannot be answered. */
  'NO_REPLY_TAG',
] as const;

export type Refusal = (typeof REFUSALS)[number];

/** One message as OxenMQ means it. */
export type Message =
  /** The first word of a connection that is no node's, answered by HELLO. */
  | { readonly kind: 'hi' }
  | { readonly kind: 'hello' }
  /** The one who was connected to goes away. */
  | { readonly kind: 'bye' }
  | { readonly kind: 'reply'; readonly tag: string; readonly data: readonly Bytes[] }
  /** Without a tag: of something that asked for no answer. */
  | { readonly kind: 'refusal'; readonly refusal: Refusal; readonly tag?: string }
  /** A request has its tag as the first part, a plain command has none. */
  | { readonly kind: 'command'; readonly name: string; readonly parts: readonly Bytes[] }
  /** Something that nobody sends who speaks the protocol. */
  | { readonly kind: 'noise' };

const NOISE: Message = { kind: 'noise' };

/** Read the frames of one message. Never throws: what cannot be read is noise. */
export function readMessage(frames: readonly Uint8Array[]): Message {
  const [first, ...rest] = frames;
  if (first === undefined || frames.length > MAX_PARTS || first.length > MAX_COMMAND_BYTES) return NOISE;
  const name = textOf(first);
  if (name === undefined) return NOISE;
  const parts = rest.map(asBytes);
  if (name === 'REPLY') return readReply(parts);
  if (name === 'HI') return { kind: 'hi' };
  if (name === 'HELLO') return { kind: 'hello' };
  if (name === 'BYE') return { kind: 'bye' };
  const refusal = REFUSALS.find((one) => one === name);
  if (refusal !== undefined) return readRefusal(refusal, parts);
  return { kind: 'command', name, parts };
}

function readReply([tag, ...data]: readonly Bytes[]): Message {
  return tag === undefined || tag.length > MAX_TAG_BYTES ? NOISE : { kind: 'reply', tag: toHex(tag), data };
}

function readRefusal(refusal: Refusal, [what, tag]: readonly Bytes[]): Message {
  const named = what !== undefined && textOf(what) === 'REPLY' && tag !== undefined;
  if (!named || tag.length > MAX_TAG_BYTES) return { kind: 'refusal', refusal };
  return { kind: 'refusal', refusal, tag: toHex(tag) };
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return fromUtf8(bytes);
  } catch (error) {
    if (error instanceof BytesError) return undefined;
    throw error;
  }
}
