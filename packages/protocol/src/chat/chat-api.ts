import {
  create,
  type DescMessage,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from '@bufbuild/protobuf';
import { asBytes, type Bytes } from '@sotto/bytes';
import { ProtocolError } from '../errors.ts';
import { Accounts, AccountsAnonymous } from '../generated/chat/account_pb.ts';
import { Attachments } from '../generated/chat/attachments_pb.ts';
import { Devices } from '../generated/chat/device_pb.ts';
import { Keys } from '../generated/chat/keys_pb.ts';
import { Messages, MessagesAnonymous } from '../generated/chat/messages_pb.ts';
import { hasFewFields } from './count-fields.ts';

/** The part of Signal's chat API that its client stack calls over gRPC (reference: signal-service §1.6, appendix). */
export const CHAT_API = {
  Accounts,
  AccountsAnonymous,
  Attachments,
  Devices,
  Keys,
  Messages,
  MessagesAnonymous,
} as const;

/** A call with one request and one answer. */
export type ChatMethod<Request extends DescMessage, Response extends DescMessage> = DescMethodUnary<
  Request,
  Response
>;

/** A message as it comes out of decoding, and as it goes into encoding. */
export type Decoded<Schema extends DescMessage> = MessageShape<Schema>;
export type Encodable<Schema extends DescMessage> = MessageInitShape<Schema>;
export type { DescMessage as ChatSchema } from '@bufbuild/protobuf';

/** Where a call is posted to: `/<service>/<method>`. */
export function chatMethodPath({ parent, name }: ChatMethod<DescMessage, DescMessage>): string {
  return `/${parent.typeName}/${name}`;
}

/** Fields of a message and of those in it. The longest honest one is a message to 127 devices, with some 770. */
const MAX_FIELDS = 1_024;

/** Parse a message of the chat API. What it may hold is for whoever acts on it to judge. Throws ProtocolError. */
export function decodeChatMessage<Schema extends DescMessage>(
  schema: Schema,
  bytes: Uint8Array,
): Decoded<Schema> {
  try {
    if (hasFewFields(schema, bytes, MAX_FIELDS)) return fromBinary(schema, bytes, NOTHING_UNKNOWN);
  } catch {
    throw new ProtocolError('malformed', 'not a message of the chat API');
  }
  throw new ProtocolError('malformed', 'a message of the chat API has too many fields');
}

const NOTHING_UNKNOWN = { readUnknownFields: false };

export function encodeChatMessage<Schema extends DescMessage>(
  schema: Schema,
  message: Encodable<Schema>,
): Bytes {
  return asBytes(toBinary(schema, create(schema, message)));
}
