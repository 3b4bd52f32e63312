import { create, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { asBytes, type Bytes, utf8 } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import {
  type AttachmentPointer,
  AttachmentPointerSchema,
  type Content,
  ContentSchema,
} from '../generated/content_pb.ts';

/**
 * Text of one message, UTF-8 bytes. The largest seal has 73,728 bytes; certificate, a first message's
 * keys and the other fields take less than 6 KiB of it.
 */
export const MAX_BODY_BYTES = 64 * 1024;

/** A whole content. Larger than any seal holds, so that the seal's limit is the one that speaks. */
export const MAX_CONTENT_BYTES = 72 * 1024;

/** A name a sender may choose for itself, UTF-8 bytes. */
export const MAX_NAME_BYTES = 256;

/** Receipts for at most this many messages travel in one content. */
export const MAX_RECEIPT_TIMESTAMPS = 1_000;

/**
 * A part of a list of storage nodes, and how many parts one may have: together more than the longest list, each
 * with room in the largest seal for what goes with it.
 */
export const MAX_LIST_PART_BYTES = 60 * 1024;
export const MAX_LIST_PARTS = 4;

/** Files that one message may carry: as many as clients of Signal's send. */
export const MAX_ATTACHMENTS = 32;

/** One file of a message, or its plain members. */
export type AttachmentPointerInit = MessageInitShape<typeof AttachmentPointerSchema>;

/** What is given to `encodeContent`: a Content message or its plain members. */
export type ContentInit = MessageInitShape<typeof ContentSchema>;

/** Serialize a content. Throws ProtocolError `too-large` or `malformed` when its own reader would. */
export function encodeContent(content: ContentInit): Bytes {
  const message = create(ContentSchema, content);
  checkRules(message);
  const bytes = toBinary(ContentSchema, message);
  if (bytes.length > MAX_CONTENT_BYTES) throw tooLarge('content');
  return asBytes(bytes);
}

/** Parse a decrypted content. Throws ProtocolError. Unknown fields are kept aside, never an error. */
export function decodeContent(bytes: Uint8Array): Content {
  if (bytes.length > MAX_CONTENT_BYTES) throw tooLarge('content');
  const message = decode(bytes);
  checkRules(message);
  return message;
}

/** One attachment by itself, as it is kept. */
export function encodeAttachment(attachment: AttachmentPointerInit): Bytes {
  return asBytes(toBinary(AttachmentPointerSchema, create(AttachmentPointerSchema, attachment)));
}

/** Throws ProtocolError. */
export function decodeAttachment(bytes: Uint8Array): AttachmentPointer {
  if (bytes.length > MAX_CONTENT_BYTES) throw tooLarge('attachments');
  try {
    return fromBinary(AttachmentPointerSchema, bytes);
  } catch {
    throw new ProtocolError('malformed', 'not an attachment');
  }
}

function decode(bytes: Uint8Array): Content {
  try {
    return fromBinary(ContentSchema, bytes);
  } catch {
    throw new ProtocolError('malformed', 'not a content');
  }
}

function checkRules(content: Content): void {
  const { dataMessage, nullMessage, receiptMessage, typingMessage } = content;
  const kinds = [dataMessage, nullMessage, receiptMessage, typingMessage].filter(
    (kind) => kind !== undefined,
  );
  // A reader that acts on one of two would do otherwise than a reader that acts on the other.
  if (kinds.length > 1) throw new ProtocolError('malformed', 'a content is of one kind');
  const body = content.dataMessage?.body;
  if (body !== undefined && utf8(body).length > MAX_BODY_BYTES) throw tooLarge('body');
  const name = content.sotto?.name;
  if (name !== undefined && utf8(name).length > MAX_NAME_BYTES) throw tooLarge('name');
  if ((dataMessage?.attachments.length ?? 0) > MAX_ATTACHMENTS) throw tooLarge('attachments');
  if ((content.sotto?.directory?.list.length ?? 0) > MAX_LIST_PART_BYTES) throw tooLarge('list');
  const receipts = content.receiptMessage?.timestamp.length ?? 0;
  const devices = content.sotto?.receiptDevices.length ?? 0;
  if (Math.max(receipts, devices) > MAX_RECEIPT_TIMESTAMPS) throw tooLarge('timestamp');
}

function tooLarge(field: string): ProtocolError {
  return new ProtocolError('too-large', 'a content exceeds its limit', field);
}
