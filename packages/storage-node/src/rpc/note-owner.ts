import type { Bytes } from '@sotto/bytes';
import { DatabaseError } from '@sotto/database';
import type { RequestAuth } from '@sotto/protocol';
import type { NodeContext } from '../node-context.ts';

/**
 * The owner of a mailbox has shown itself, by a signature that was verified. Written down once a day and waited for by
 * nobody: to lose it makes no difference but to admission. A subaccount is not the owner.
 */
export function noteOwner(
  { store, events, now }: NodeContext,
  { mailbox, auth }: { readonly mailbox: Bytes; readonly auth: RequestAuth },
): void {
  if (auth.subaccount !== undefined || store.knownOwners.isNoted(mailbox, now())) return;
  store
    .write(() => store.knownOwners.note(mailbox, now()))
    .catch((error: unknown) => {
      const isOurs =
        error instanceof DatabaseError && (error.code === 'overloaded' || error.code === 'closed');
      if (!isOurs) events.failed(error);
    });
}
