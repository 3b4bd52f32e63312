import {
  IdentityChange,
  IdentityKeyStore,
  PrivateKey,
  ProtocolAddress,
  PublicKey,
  sealedSenderEncrypt,
  UnidentifiedSenderMessageContent,
} from '@signalapp/libsignal-client';
import { type Bytes, concatBytes } from '@sotto/bytes';
import { type AccountId, aciOf, formatAci } from '@sotto/identity';

const TOTAL = 2_560;
/** Version, ephemeral key and the encrypted key with its MAC, and what parts them. */
const AROUND = 94;

/** Seals with any content, as somebody with the sender's keys can make them. */
export const sealContent = {
  /** The fields that an honest seal has: type, certificate, message, and a group ID that fills it up. */
  plain({
    type,
    certificate,
    message,
  }: {
    readonly type: number;
    readonly certificate: Bytes;
    readonly message: Bytes;
  }): Bytes {
    const head = concatBytes(Uint8Array.of(0x08, type), field(0x12, certificate), field(0x1a, message));
    const room = TOTAL - AROUND - head.length - 4;
    return concatBytes(
      head,
      Uint8Array.of(0x2a),
      varint(room, 3),
      Uint8Array.of(1, 1),
      new Uint8Array(room - 2),
    );
  },

  /** Undefined for a content that libsignal itself does not take. */
  async seal(
    content: Bytes,
    from: { readonly identitySecret: Bytes },
    to: AccountId,
  ): Promise<Bytes | undefined> {
    let parsed: UnidentifiedSenderMessageContent;
    try {
      parsed = UnidentifiedSenderMessageContent.deserialize(content);
    } catch {
      return undefined;
    }
    const sealer = new Sealer(PrivateKey.deserialize(from.identitySecret), to);
    return sealedSenderEncrypt(parsed, ProtocolAddress.new(formatAci(aciOf(to)), 1), sealer);
  },
};

function field(tag: number, value: Uint8Array): Bytes {
  return concatBytes(Uint8Array.of(tag), varint(value.length, value.length < 0x80 ? 1 : 2), value);
}

function varint(value: number, length: number): Bytes {
  return Uint8Array.from(
    { length },
    (_, index) => ((value >> (7 * index)) & 0x7f) | (index + 1 < length ? 0x80 : 0),
  );
}

class Sealer extends IdentityKeyStore {
  readonly #key: PrivateKey;
  readonly #to: AccountId;

  constructor(key: PrivateKey, to: AccountId) {
    super();
    this.#key = key;
    this.#to = to;
  }

  override async getIdentityKey(): Promise<PrivateKey> {
    return this.#key;
  }
  override async getLocalRegistrationId(): Promise<number> {
    return 1;
  }
  override async saveIdentity(): Promise<IdentityChange> {
    return IdentityChange.NewOrUnchanged;
  }
  override async isTrustedIdentity(): Promise<boolean> {
    return true;
  }
  override async getIdentity(): Promise<PublicKey | null> {
    return PublicKey.deserialize(this.#to);
  }
}
