import type { Client } from '@sotto/client';
import { LocalApiError } from '@sotto/local-api';
import { ambiguous, unknownContact } from './refusals.ts';

/** Whom the user means: an ID, a link or a name. Throws LocalApiError. */
export async function findContact(client: Client, who: string): Promise<string> {
  const found = await client.findContact(who);
  switch (found.outcome) {
    case 'found':
      return found.account;
    case 'unknown':
      throw unknownContact();
    case 'ambiguous':
      throw ambiguous(found.accounts);
    case 'malformed':
      throw new LocalApiError(
        'bad-recipient',
        found.reason,
        'an account ID has 66 digits and begins with 05',
      );
  }
}
