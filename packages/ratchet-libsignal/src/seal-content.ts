import { type Bytes, concatBytes } from '@sotto/bytes';
import { type RatchetMessage, SEALED_SIZES } from '@sotto/ratchet';

/**
 * What is inside a seal, and how long it must be.
 *
 * The content is libsignal's `UnidentifiedSenderMessage.Message` (reference: signal-service appendix,
 * libsignal ciphertexts), written here field by field because its length must come out exact: libsignal
 * offers no constructor from stored ratchet bytes and pads nothing. The last field, the group ID, is
 * ours: version, destination device, zeros.
 */
const TYPE = 0x08;
const SENDER_CERTIFICATE = 0x12;
const CONTENT = 0x1a;
const GROUP_ID = 0x2a;

const KINDS = { first: 1, steady: 2 } as const;

const PADDING_VERSION = 1;
/** Version and destination device. */
const PADDING_HEADER = 2;

/**
 * The group ID's length is always written in three bytes, which protobuf readers accept for small
 * numbers too: with the shortest form, totals next to a varint's boundary could not be reached.
 */
const GROUP_ID_LENGTH_BYTES = 3;

/** Version byte, ephemeral key, encrypted identity key with MAC, and their protobuf tags and lengths. */
const ENVELOPE = 1 + (1 + 1 + 33) + (1 + 1 + 43);
const MAC = 10;

export interface SealContent {
  readonly kind: RatchetMessage['kind'];
  readonly message: Uint8Array;
  readonly certificate: Uint8Array;
  readonly destinationDevice: number;
}

/** The content of the smallest seal that holds the message, or the room in the largest. */
export function encodeSealContent(
  content: SealContent,
): { outcome: 'encoded'; bytes: Bytes; sealedSize: number } | { outcome: 'too-large'; limit: number } {
  const head = concatBytes(
    Uint8Array.of(TYPE, KINDS[content.kind]),
    field(SENDER_CERTIFICATE, content.certificate),
    field(CONTENT, content.message),
    Uint8Array.of(GROUP_ID),
  );
  let room = 0;
  for (const sealedSize of SEALED_SIZES) {
    const padding = contentSize(sealedSize) - head.length - GROUP_ID_LENGTH_BYTES;
    if (padding >= PADDING_HEADER) {
      const groupId = new Uint8Array(padding);
      groupId[0] = PADDING_VERSION;
      groupId[1] = content.destinationDevice;
      const bytes = concatBytes(head, varint(padding, GROUP_ID_LENGTH_BYTES), groupId);
      return { outcome: 'encoded', bytes, sealedSize };
    }
    room = padding - PADDING_HEADER + content.message.length;
  }
  return { outcome: 'too-large', limit: room };
}

/** Check the group ID of an opened seal. */
export function checkPadding(
  groupId: Uint8Array | null,
  ownDevice: number,
): 'ours' | 'bad-padding' | 'other-destination' {
  if (groupId === null || groupId.length < PADDING_HEADER) return 'bad-padding';
  if (groupId[0] !== PADDING_VERSION) return 'bad-padding';
  let rest = 0;
  for (let index = PADDING_HEADER; index < groupId.length; index++) rest |= groupId[index] as number;
  if (rest !== 0) return 'bad-padding';
  return groupId[1] === ownDevice ? 'ours' : 'other-destination';
}

/** The ratchet message kind of libsignal's message type number; `undefined` for kinds we do not send. */
export function kindOfType(type: number): RatchetMessage['kind'] | undefined {
  return CIPHERTEXT_KINDS.get(type);
}

/** `CiphertextMessageType` of libsignal, which is not the number on the wire. */
const CIPHERTEXT_KINDS: ReadonlyMap<number, RatchetMessage['kind']> = new Map([
  [3, 'first'],
  [2, 'steady'],
]);

/** How long the content must be for a seal of this size. */
function contentSize(sealedSize: number): number {
  let encrypted = sealedSize - ENVELOPE - 1;
  encrypted -= varintLength(encrypted);
  return encrypted - MAC;
}

function field(tag: number, value: Uint8Array): Bytes {
  return concatBytes(Uint8Array.of(tag), varint(value.length, varintLength(value.length)), value);
}

function varintLength(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
}

/** Base-128, least significant first, in exactly `length` bytes. */
function varint(value: number, length: number): Bytes {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) {
    bytes[index] = ((value >> (7 * index)) & 0x7f) | (index + 1 < length ? 0x80 : 0);
  }
  return bytes;
}
