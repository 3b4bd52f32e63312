import { BytesError } from '@sotto/bytes';
import { formatAccountId, IdentityError, parseWho } from '@sotto/identity';
import type { FindContactOutcome } from '../client-types.ts';
import type { Core } from '../core/core.ts';
import type { AccountKey } from '../ports/store.ts';
import { cleanName, foldName } from './clean-name.ts';

/** An account ID or a contact link, read. */
export type Who =
  | { readonly outcome: 'read'; readonly account: AccountKey; readonly name?: string }
  | { readonly outcome: 'malformed'; readonly reason: string };

export function readWho(text: string): Who {
  try {
    const { account, name } = parseWho(text);
    const shown = cleanName(name);
    return {
      outcome: 'read',
      account: formatAccountId(account),
      ...(shown === undefined ? {} : { name: shown }),
    };
  } catch (error) {
    if (error instanceof IdentityError || error instanceof BytesError) {
      return { outcome: 'malformed', reason: error.message };
    }
    throw error;
  }
}

/** Longer than any name and nearly an ID, or a link: then a reason helps more than "unknown". */
function looksLikeId(text: string): boolean {
  return /^sotto:/i.test(text) || /^[0-9a-f]{60,}$/i.test(text);
}

/**
 * Whom the user means. Nicknames win over names that people gave themselves, and among those a stranger's
 * or blocked person's counts last: whoever takes the name of a contact gets none of the contact's mail.
 */
export async function findContact(core: Core, who: string): Promise<FindContactOutcome> {
  const text = who.trim();
  const read = readWho(text);
  if (read.outcome === 'read') {
    const known = (await core.store.contact(read.account)) !== undefined;
    return {
      outcome: 'found',
      account: read.account,
      known,
      ...(read.name === undefined ? {} : { name: read.name }),
    };
  }
  const wanted = foldName(text);
  const contacts = await core.store.contacts();
  const known = contacts.filter(({ state }) => state === 'accepted' || state === 'invited');
  const called = (name: string | undefined) => name !== undefined && foldName(name) === wanted;
  for (const matching of [
    contacts.filter(({ nickname }) => called(nickname)),
    known.filter(({ name }) => called(name)),
    contacts.filter(({ name }) => called(name)),
  ]) {
    const [only] = matching;
    if (only !== undefined && matching.length === 1) {
      return { outcome: 'found', account: only.account, known: true };
    }
    if (matching.length > 1) {
      return { outcome: 'ambiguous', accounts: matching.map(({ account }) => account) };
    }
  }
  return looksLikeId(text) ? read : { outcome: 'unknown' };
}
