import { type Bytes, fromBase64Url, toBase64Url, utf8 } from '@sotto/bytes';
import { IdentityError } from './errors.ts';
import { linkChecksum, requireChecksum } from './link-checksum.ts';
import { splitLink } from './link-query.ts';
import type { RelayAddress } from './record-types.ts';
import { formatRelayUrl, parseRelayUrl } from './relay-url.ts';

/** Leave to register once at a relay. */
export interface Invite {
  readonly relay: RelayAddress;
  /** What the relay gave out; whoever has it may use it. */
  readonly ticket: Bytes;
}

const START = 'sotto://invite';
/** Room for tickets of another make; ours have 32 bytes. */
const MAX_TICKET_BYTES = 128;

/** `sotto://invite?relay=<relay URL>&ticket=<base64url>&c=<checksum>`. */
export function formatInvite(invite: Invite): string {
  requireTicket(invite.ticket);
  const relay = encodeURIComponent(formatRelayUrl(invite.relay));
  return `${START}?relay=${relay}&ticket=${toBase64Url(invite.ticket)}&c=${checksumOf(invite)}`;
}

/** Read an invite. Throws IdentityError: `bad-link`, `bad-checksum` or `bad-relay-url`. */
export function parseInvite(text: string): Invite {
  const { path, query } = splitLink(text, START);
  const relayText = query.get('relay');
  const ticketText = query.get('ticket');
  if (path !== '' || relayText === undefined || ticketText === undefined) {
    throw new IdentityError('bad-link', 'this is not an invite: it names no relay or no ticket');
  }
  const relay = parseRelayUrl(relayText);
  const ticket = decodeTicket(ticketText);
  requireTicket(ticket);
  requireChecksum(checksumOf({ relay, ticket }), query.get('c'), 'this invite');
  return { relay, ticket };
}

function checksumOf({ relay, ticket }: Invite): string {
  return linkChecksum('sotto invite v1', utf8(formatRelayUrl(relay)), ticket);
}

function decodeTicket(text: string): Bytes {
  try {
    return fromBase64Url(text);
  } catch {
    throw new IdentityError('bad-link', 'the ticket of this invite is damaged');
  }
}

function requireTicket(ticket: Bytes): void {
  if (ticket.length < 1 || ticket.length > MAX_TICKET_BYTES) {
    throw new IdentityError('bad-link', `a ticket has 1 to ${MAX_TICKET_BYTES} bytes`);
  }
}
