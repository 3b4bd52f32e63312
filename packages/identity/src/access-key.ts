import type { Bytes } from '@sotto/bytes';
import { aes256GcmSeal } from '@sotto/crypto';
import { IdentityError } from './errors.ts';

const ZERO_NONCE = new Uint8Array(12);
const ZEROS = new Uint8Array(16);

/**
 * The 16-byte access key that lets contacts send without showing who they are: the first block of
 * AES-256-GCM over zeros under the profile key (reference: signal-service §5). A fixed nonce is
 * sound here because each profile key seals this one thing with it.
 */
export function deriveAccessKey(profileKey: Bytes): Bytes {
  if (profileKey.length !== 32) {
    throw new IdentityError('wrong-length', `a profile key has 32 bytes, not ${profileKey.length}`);
  }
  return aes256GcmSeal({ key: profileKey, nonce: ZERO_NONCE, plaintext: ZEROS }).slice(0, 16);
}
