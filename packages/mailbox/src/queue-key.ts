import { toHex } from '@sotto/bytes';
import type { QueueName } from './mailbox.ts';

/** A queue as the key of a map. All of one account begin alike. */
export function keyOf({ account, device }: QueueName): string {
  return `${toHex(account)}.${device}`;
}
