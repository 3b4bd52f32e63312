import { toHex } from '@sotto/bytes';
import type { QueueName } from './mailbox.ts';

/** A queue as the key of a map. All of one account begin alike. */
export function keyOf({ account, device }: QueueName): string {
  return `${toHex(account)}.${device}`;
}

/** Before all queues in the order of their accounts and devices. */
export const BEFORE_ALL: QueueName = { account: new Uint8Array(16), device: 0 };
