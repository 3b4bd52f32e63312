import { type Bytes, type Secret, utf8 } from '@sotto/bytes';
import { hmacSha256 } from '@sotto/crypto';
import type { StoredSecrets } from './relay-secrets.ts';

const LABEL = 'sotto relay secret mark v1';

/**
 * A mark of each secret, by which relays see whether they have the same. The secret is the key of a keyed hash, so a mark
 * tells nothing to who has not got the secret.
 */
export function markSecrets(secrets: StoredSecrets): ReadonlyMap<string, Bytes> {
  const entries = Object.entries(secrets) as [string, Secret][];
  return new Map(
    entries.map(([name, secret]) => [name, hmacSha256(secret.expose(), utf8(`${LABEL} ${name}`))]),
  );
}
