export type { OpenRequest, SealRequest } from './aead.ts';
export { aes256GcmOpen, aes256GcmSeal, xchacha20Poly1305Open, xchacha20Poly1305Seal } from './aead.ts';
export type { Argon2idRequest } from './argon2id.ts';
export { argon2id } from './argon2id.ts';
export type { Ed25519KeyPair } from './ed25519.ts';
export {
  ed25519KeyPair,
  ed25519PublicToX25519,
  ed25519SecretToX25519,
  ed25519Sign,
  ed25519Verify,
} from './ed25519.ts';
export type { CryptoErrorCode } from './errors.ts';
export { CryptoError } from './errors.ts';
export type { HkdfRequest } from './hash.ts';
export { hkdfSha256, hmacSha256, sha256, sha512 } from './hash.ts';
export { randomBytes } from './random.ts';
export type { WorkOutcome, WorkTerms } from './work.ts';
export { checkWork, solveWork, WORK_MAX_BITS, WORK_WINDOW_MINUTES } from './work.ts';
export { x25519 } from './x25519.ts';
