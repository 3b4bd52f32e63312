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

/** Members of later versions are ignored. */
const networkSchema = z.object({
  relay: z.exactOptional(z.string()),
  directory: z.exactOptional(z.string().min(1)),
});

const START = 'sotto-network:';
const VERSION = '1';
/**
 * Characters. Room for the longest list that the directory knows, 2,500 storage nodes (204 KB, in base64url
 * twice). What is longer than a command line takes goes in a file.
 */
export const MAX_NETWORK_CHARACTERS = 393_216;

/**
 * One line: `sotto-network:1:<base64url of JSON>:<checksum>`. Throws IdentityError `wrong-length` for a
 * directory that is empty or has no room in it.
 */
export function formatNetwork({ relay, directory }: Network): string {
  if (directory?.length === 0) throw new IdentityError('wrong-length', 'this list of storage nodes is empty');
  const json = JSON.stringify({
    ...(relay === undefined ? {} : { relay: formatRelayUrl(relay) }),
    ...(directory === undefined ? {} : { directory: toBase64Url(directory) }),
  });
  const body = toBase64Url(utf8(json));
  const text = `${START}${VERSION}:${body}:${checksumOf(body)}`;
  if (text.length <= MAX_NETWORK_CHARACTERS) return text;
  throw new IdentityError('wrong-length', 'this list of storage nodes is too long for a network text');
}

/**
 * Read a network text; white space inside is dropped, because mail programs break long lines.
 * Throws IdentityError: `bad-link`, `unsupported-version`, `bad-checksum` or `bad-relay-url`.
 */
export function parseNetwork(text: string): Network {
  if (text.length > MAX_NETWORK_CHARACTERS) {
    throw new IdentityError('bad-link', 'this network text is too long');
  }
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
  const { relay, directory } = decodeBody(body);
  return {
    ...(relay === undefined ? {} : { relay: parseRelayUrl(relay) }),
    ...(directory === undefined ? {} : { directory }),
  };
}

function checksumOf(body: string): string {
  return linkChecksum('sotto network v1', utf8(body));
}

function decodeBody(body: string): { readonly relay?: string; readonly directory?: Bytes } {
  try {
    const { directory, ...rest } = networkSchema.parse(JSON.parse(fromUtf8(fromBase64Url(body))));
    return directory === undefined ? rest : { ...rest, directory: fromBase64Url(directory) };
  } catch {
    throw new IdentityError('bad-link', 'this network text cannot be read');
  }
}
