import { ACCOUNTS } from './accounts.ts';
import { ATTACHMENTS } from './attachments.ts';
import { DEVICES } from './devices.ts';
import { GROUP_MESSAGES } from './group-messages.ts';
import { KEYS } from './keys.ts';
import { MESSAGES } from './messages.ts';
import type { GrpcMethod } from './unary.ts';
import { USERNAMES } from './usernames.ts';

/** Every method that Signal's client stack calls and that we answer; the one list to read. Any other is one that nobody has heard of. */
export const METHODS: ReadonlyMap<string, GrpcMethod> = new Map(
  [...ACCOUNTS, ...USERNAMES, ...DEVICES, ...KEYS, ...MESSAGES, ...GROUP_MESSAGES, ...ATTACHMENTS].map(
    (method) => [method.path, method],
  ),
);
