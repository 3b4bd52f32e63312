import type { FoundMessage, SearchPage, SearchRequest } from '../client-chat-types.ts';
import { MAX_PAGE } from '../constants.ts';
import { readWho } from '../contacts/find-contact.ts';
import { viewContact } from '../contacts/view-contact.ts';
import type { Core } from '../core/core.ts';
import type { Contact, SearchTerm, StoredMessage } from '../ports/store.ts';
import { holdsAll, matchesIn, termsOf } from './matches.ts';

/** Contacts by their names or the beginning of their ID, and texts; contacts only with the first page of all. */
export async function search(core: Core, request: SearchRequest): Promise<SearchPage> {
  const { text, chat, before } = request;
  const limit = Math.max(1, Math.min(request.limit, MAX_PAGE));
  const terms = termsOf(text);
  const found = await core.store.searchMessages({
    terms,
    limit: limit + 1,
    ...(chat === undefined ? {} : { chat }),
    ...(before === undefined ? {} : { before }),
  });
  const isFirst = chat === undefined && before === undefined;
  const contacts = isFirst ? await findContacts(core, text, terms) : [];
  return {
    contacts: contacts.slice(0, limit).map(viewContact),
    messages: await Promise.all(found.slice(0, limit).map((message) => view(core, message, terms))),
    more: found.length > limit,
  };
}

async function findContacts(
  core: Core,
  text: string,
  terms: readonly SearchTerm[],
): Promise<readonly Contact[]> {
  const id = text.trim().toLowerCase();
  const who = readWho(text);
  return (await core.store.contacts()).filter(({ account, name = '', nickname = '' }) => {
    if (who.outcome === 'read') return account === who.account;
    if (isIdPrefix(id) && account.startsWith(id)) return true;
    return terms.length > 0 && holdsAll(`${nickname}\n${name}`, terms);
  });
}

/** Every ID begins with 05; a digit or two more tell somebody. */
function isIdPrefix(text: string): boolean {
  return /^05[0-9a-f]{2,64}$/.test(text);
}

async function view(core: Core, message: StoredMessage, terms: readonly SearchTerm[]): Promise<FoundMessage> {
  const contact = await core.store.contact(message.chat);
  const chatName = contact?.nickname ?? contact?.name;
  return {
    message,
    ...(chatName === undefined ? {} : { chatName }),
    matches: matchesIn(message.text, terms),
  };
}
