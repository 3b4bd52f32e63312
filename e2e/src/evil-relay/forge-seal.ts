import {
  Aci,
  IdentityChange,
  IdentityKeyStore,
  type PrivateKey,
  ProtocolAddress,
  PublicKey,
  SenderCertificate,
  ServerCertificate,
  sealedSenderEncrypt,
  UnidentifiedSenderMessageContent,
} from '@signalapp/libsignal-client';
import { asBytes, type Bytes, concatBytes } from '@sotto/bytes';
import { type AccountId, accountIdFromBytes, aciOf, formatAci } from '@sotto/identity';

/** When an honest certificate ends: 9999-12-31. */
const NEVER = 253_402_300_799_999;
/** The smallest seal. */
const SIZE = 2_560;
/** Version, ephemeral key, sealed identity key, and what frames the content. */
const AROUND_CONTENT = 94;

/** What a dishonest sender may choose in a certificate; by default what an honest one would. */
export interface ForgedCertificate {
  readonly key: PrivateKey;
  /** Who signs instead of the key itself. */
  readonly issuer?: PrivateKey;
  readonly uuid?: string;
  readonly device?: number;
  readonly expires?: number;
}

export function forgeCertificate(forged: ForgedCertificate): Bytes {
  const { key, issuer = key, device = 1, expires = NEVER } = forged;
  const account = accountIdFromBytes(key.getPublicKey().serialize());
  const server = ServerCertificate.new(1, issuer.getPublicKey(), issuer);
  const uuid = Aci.fromUuid(forged.uuid ?? formatAci(aciOf(account)));
  return SenderCertificate.new(uuid, null, device, key.getPublicKey(), expires, server, issuer).serialize();
}

export interface ForgedSeal {
  readonly key: PrivateKey;
  readonly certificate: Bytes;
  readonly to: AccountId;
  /** Whose mail the padding says it is. */
  readonly device?: number;
  /** Something is written into the padding. */
  readonly dirty?: boolean;
}

/** A seal of the right size around a ratchet message that is none. */
export function forgeSeal({ key, certificate, to, device = 1, dirty = false }: ForgedSeal): Promise<Bytes> {
  const parts = [
    Uint8Array.of(0x08, 2),
    lengthPrefixed(0x12, certificate),
    lengthPrefixed(0x1a, new Uint8Array(40)),
  ];
  const used = concatBytes(...parts).length;
  const padding = new Uint8Array(SIZE - AROUND_CONTENT - used - 3);
  padding.set([1, device]);
  if (dirty) padding[700] = 1;
  const content = concatBytes(...parts, lengthPrefixed(0x2a, padding));
  return sealedSenderEncrypt(
    UnidentifiedSenderMessageContent.deserialize(content),
    ProtocolAddress.new(formatAci(aciOf(to)), 1),
    new Sealer(key, to),
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

function lengthPrefixed(tag: number, value: Uint8Array): Bytes {
  const length = value.length < 0x80 ? [value.length] : [(value.length & 0x7f) | 0x80, value.length >> 7];
  return concatBytes(asBytes(Uint8Array.of(tag, ...length)), asBytes(value));
}
