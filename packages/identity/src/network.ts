import { type Bytes, fromBase64Url, fromUtf8, toBase64Url, utf8 } from '@sotto/bytes';
import { z } from 'zod';
import { IdentityError } from './errors.ts';
import { linkChecksum, requireChecksum } from './link-checksum.ts';
import type { RelayAddress } from './record-types.ts';
import { formatRelayUrl, parseRelayUrl } from './relay-url.ts';

/** What a friend pastes so that a new account knows where to go. */
export interface Network {
  readonly relay?: RelayAddress;
  /** A serialized signed list of storage nodes (package `directory`); opaque here. */
  readonly directory?: Bytes;
}

/** Members of later versions are ignored, so that a directory of nodes can join the relay. */
const networkSchema = z.object({ relay: z.exactOptional(z.string()) });

const START = 'sotto-network:';
const VERSION = '1';
/** Room for a list of a hundred storage nodes with their signatures; still pasted in one go. */
const LONGEST = 65_536;

/** One line: `sotto-network:1:<base64url of JSON>:<checksum>`. */
export function formatNetwork({ relay }: Network): string {
  const json = JSON.stringify(relay === undefined ? {} : { relay: formatRelayUrl(relay) });
  const body = toBase64Url(utf8(json));
  return `${START}${VERSION}:${body}:${checksumOf(body)}`;
}

/**
 * Read a network text; white space inside is dropped, because mail programs break long lines.
 * Throws IdentityError: `bad-link`, `unsupported-version`, `bad-checksum` or `bad-relay-url`.
 */
export function parseNetwork(text: string): Network {
  if (text.length > LONGEST) throw new IdentityError('bad-link', 'this network text is too long');
  const line = text.replace(/\s+/g, '');
  if (!line.startsWith(START)) {
    throw new IdentityError('bad-link', `a network text begins with ${START}`);
  }
  const [version, body, checksum, ...tail] = line.slice(START.length).split(':');
  if (version !== VERSION) {
    throw new IdentityError('unsupported-version', 'this network text is of a later version');
  }
  if (tail.length > 0) throw new IdentityError('bad-link', 'this network text goes on after its end');
  if (body === undefined) throw new IdentityError('bad-link', 'this network text is not complete');
  requireChecksum(checksumOf(body), checksum, 'this network text');
  const { relay } = decodeBody(body);
  return relay === undefined ? {} : { relay: parseRelayUrl(relay) };
}

function checksumOf(body: string): string {
  return linkChecksum('sotto network v1', utf8(body));
}

function decodeBody(body: string): z.infer<typeof networkSchema> {
  try {
    return networkSchema.parse(JSON.parse(fromUtf8(fromBase64Url(body))));
  } catch {
    throw new IdentityError('bad-link', 'this network text cannot be read');
  }
}
