import { type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import {
  aes256GcmOpen,
  aes256GcmSeal,
  blake2b,
  hmacSha256,
  sha256,
  type X25519KeyPair,
  x25519,
  xchacha20Poly1305Open,
  xchacha20Poly1305Seal,
} from '@sotto/crypto';
import type { EncryptionType } from '@sotto/protocol';

/**
 * One layer's encryption: a key that both ends derive, and a nonce in front of the ciphertext
 * (reference: session-protocol §2.2). One key serves both ways, as in the original network; nonces are
 * random. What comes back has another form than what went out, so it cannot be taken for it.
 */
export class LayerCipher {
  readonly #key: Bytes;
  readonly #suite: Suite;

  private constructor(encryption: EncryptionType, key: Bytes) {
    this.#key = key;
    this.#suite = SUITES[encryption];
  }

  /** The maker's side. `undefined` when the recipient's key has small order. */
  static toRecipient(
    encryption: EncryptionType,
    ephemeral: X25519KeyPair,
    recipient: Bytes,
  ): LayerCipher | undefined {
    const shared = x25519(ephemeral.secretKey, recipient);
    if (shared === undefined) return undefined;
    return new LayerCipher(encryption, deriveKey(encryption, shared, [ephemeral.publicKey, recipient]));
  }

  /** The opener's side. `undefined` when the ephemeral key has small order. */
  static fromMaker(
    encryption: EncryptionType,
    ephemeral: Bytes,
    recipient: X25519KeyPair,
  ): LayerCipher | undefined {
    const shared = x25519(recipient.secretKey, ephemeral);
    if (shared === undefined) return undefined;
    return new LayerCipher(encryption, deriveKey(encryption, shared, [ephemeral, recipient.publicKey]));
  }

  /** Nonce and ciphertext, apart, so that whoever frames them copies them once. */
  sealInPieces(plaintext: Bytes, random: (length: number) => Bytes): readonly [Bytes, Bytes] {
    const nonce = random(this.#suite.nonceBytes);
    return [nonce, this.#suite.seal({ key: this.#key, nonce, plaintext })];
  }

  seal(plaintext: Bytes, random: (length: number) => Bytes): Bytes {
    return concatBytes(...this.sealInPieces(plaintext, random));
  }

  /** The plaintext, or `undefined` for anything not sealed with this key. */
  open(sealed: Bytes): Bytes | undefined {
    const { nonceBytes } = this.#suite;
    if (sealed.length < nonceBytes) return undefined;
    const [nonce, ciphertext] = [sealed.subarray(0, nonceBytes), sealed.subarray(nonceBytes)];
    return this.#suite.open({ key: this.#key, nonce, ciphertext });
  }

  /** Names the layer for ever after without telling its key. */
  replayTag(): Bytes {
    return sha256(concatBytes(REPLAY_LABEL, this.#key)).slice(0, REPLAY_TAG_BYTES);
  }
}

/** Of 2^128 no two meet among what a node opens in its life. */
const REPLAY_TAG_BYTES = 16;
const REPLAY_LABEL = utf8('sotto onion replay v1');

/** The salt of the original network, from its first name. */
const SALT = utf8('LOKI');

interface Suite {
  readonly nonceBytes: number;
  readonly seal: typeof aes256GcmSeal;
  readonly open: typeof aes256GcmOpen;
}

const SUITES: Readonly<Record<EncryptionType, Suite>> = {
  'aes-gcm': { nonceBytes: 12, seal: aes256GcmSeal, open: aes256GcmOpen },
  xchacha20: { nonceBytes: 24, seal: xchacha20Poly1305Seal, open: xchacha20Poly1305Open },
};

function deriveKey(encryption: EncryptionType, shared: Bytes, publicKeys: readonly Bytes[]): Bytes {
  if (encryption === 'aes-gcm') return hmacSha256(SALT, shared);
  return blake2b(32, concatBytes(shared, ...publicKeys));
}
