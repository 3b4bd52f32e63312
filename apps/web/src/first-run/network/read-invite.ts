import { fromBase64Url } from '../../contact/base64url.ts';
import { linkChecksum } from './link-checksum.ts';

/** Leave to register once at a relay. */
export interface Invite {
  /** The relay's URL, with its key. */
  readonly relay: string;
  /** Base64url, as the owner of the profile takes it. */
  readonly ticket: string;
}

/** Longer than any link of ours. */
const LONGEST = 2048;

export function looksLikeInvite(text: string): boolean {
  return /^\s*sotto:\/\/invite/i.test(text);
}

/** Read `sotto://invite?relay=…&ticket=…&c=…`; undefined for anything else, and for one that was cut or mistyped. */
export async function readInvite(text: string): Promise<Invite | undefined> {
  const link = text.trim();
  const query = /^sotto:\/\/invite\?(.*)$/i.exec(link)?.[1];
  if (query === undefined || link.length > LONGEST) return undefined;
  const fields = new URLSearchParams(query);
  const relay = fields.get('relay');
  const ticket = fields.get('ticket');
  const bytes = ticket === null ? undefined : fromBase64Url(ticket);
  if (relay === null || ticket === null || bytes === undefined || bytes.length === 0) return undefined;
  const wanted = await linkChecksum('sotto invite v1', new TextEncoder().encode(relay), bytes);
  return fields.get('c')?.toLowerCase() === wanted ? { relay, ticket } : undefined;
}

/** Two relay URLs that lead to the same place; one of them may not name the key. */
export function isSameRelay(one: string, other: string): boolean {
  return one.split('#')[0] === other.split('#')[0];
}
