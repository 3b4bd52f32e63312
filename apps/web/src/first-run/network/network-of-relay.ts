import { toBase64Url } from '../../contact/base64url.ts';
import { linkChecksum } from './link-checksum.ts';

/** The network text of a relay alone (docs/spec/identity.md §5), for an invite that somebody joins by. */
export async function networkOfRelay(relay: string): Promise<string> {
  const utf8 = new TextEncoder();
  const body = toBase64Url(utf8.encode(JSON.stringify({ relay })));
  return `sotto-network:1:${body}:${await linkChecksum('sotto network v1', utf8.encode(body))}`;
}
