import { utf8 } from '@sotto/bytes';
import { type AccountId, formatAccountId, parseAccountId } from './account-id.ts';
import { IdentityError } from './errors.ts';
import { JOIN_START, parseJoinLink } from './join-link.ts';
import { linkChecksum, requireChecksum } from './link-checksum.ts';
import { splitLink } from './link-query.ts';
import { whyNoName } from './name.ts';

/** Somebody to write to, as a link or QR code carries them. */
export interface Contact {
  readonly account: AccountId;
  /** What they call themselves; unproven, for the reader to change. */
  readonly name?: string;
}

const START = 'sotto://contact/';

/** `sotto://contact/<66 hex>?n=<name>&c=<checksum>`. Throws IdentityError `bad-name`. */
export function formatContactLink({ account, name }: Contact): string {
  if (name !== undefined) requireName(name);
  const shown = name === undefined ? '' : `n=${encodeURIComponent(name)}&`;
  return `${START}${formatAccountId(account)}?${shown}c=${checksumOf(account, name)}`;
}

/** Read a contact link. Throws IdentityError: `bad-link`, `bad-checksum`, `bad-name` or of the ID in it. */
export function parseContactLink(text: string): Contact {
  const { path, query } = splitLink(text, START);
  const account = parseAccountId(path);
  const name = query.get('n');
  requireChecksum(checksumOf(account, name), query.get('c'), 'this contact link');
  if (name === undefined) return { account };
  requireName(name);
  return { account, name };
}

/** Whom somebody means by what they typed or pasted: an account ID, a contact link or a link to join. */
export function parseWho(text: string): Contact {
  const trimmed = text.trim();
  if (!/^sotto:/i.test(trimmed)) return { account: parseAccountId(trimmed) };
  if (trimmed.toLowerCase().startsWith(JOIN_START)) {
    const { account, name } = parseJoinLink(trimmed);
    return { account, ...(name === undefined ? {} : { name }) };
  }
  if (!trimmed.toLowerCase().startsWith(START)) {
    throw new IdentityError('bad-link', 'this link is for something else than a contact');
  }
  return parseContactLink(trimmed);
}

function checksumOf(account: AccountId, name = ''): string {
  return linkChecksum('sotto contact v1', account, utf8(name));
}

function requireName(name: string): void {
  const why = whyNoName(name);
  if (why !== undefined) throw new IdentityError('bad-name', why);
}
