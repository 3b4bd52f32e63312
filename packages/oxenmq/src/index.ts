export { MAX_PART_BYTES } from './constants.ts';
export type { Conversation } from './conversation.ts';
export type { OxenMqErrorCode } from './errors.ts';
export { OxenMqError } from './errors.ts';
export { OxenMq } from './oxenmq.ts';
export type { Message, Refusal } from './read-message.ts';
export { readMessage } from './read-message.ts';
export type { ConnectionLimits, DialRequest, OxenMqOptions } from './shared.ts';
export type {
  Access,
  Answer,
  AskOptions,
  Category,
  CurveKeys,
  Handler,
  Listener,
  OxenMqEvent,
  Peer,
} from './types.ts';
