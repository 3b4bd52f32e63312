export type * from './client-chat-types.ts';
export type * from './client-types.ts';
export { formatMessageId, parseMessageId } from './conversation/message-id.ts';
export { createClient } from './create-client.ts';
export type { ClientErrorCode } from './errors.ts';
export { ClientError } from './errors.ts';
export type * from './ports/road.ts';
export type * from './ports/store.ts';
export type * from './ports/system.ts';
