import { create, toBinary } from '@bufbuild/protobuf';
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
import { type AccountId, aciOf, formatAci } from '@sotto/identity';
import {
  SenderCertificate_CertificateSchema,
  SenderCertificateSchema,
  ServerCertificate_CertificateSchema,
  ServerCertificateSchema,
} from '@sotto/protocol';

/** What a dishonest sender may choose in a certificate; by default what an honest one would. */
export interface ForgedCertificate {
  readonly key: PrivateKey;
  readonly trustRoot?: PrivateKey;
  readonly serverKey?: PrivateKey;
  readonly signerId?: number;
  /** A signer that is only named, by an ID compiled into libsignal. */
  readonly namedSigner?: number;
  readonly uuid?: string;
  readonly device?: number;
  readonly expires?: number;
  readonly e164?: string;
  readonly breakSignature?: boolean;
  /** Protobuf fields to add at the end of the signed part, of the whole, and of the same of the server's. */
  readonly inside?: Uint8Array;
  readonly outside?: Uint8Array;
  readonly insideServer?: Uint8Array;
  readonly outsideServer?: Uint8Array;
}

/** A certificate written field by field, because libsignal's constructor would not write all of these. */
export function forgeCertificate(forged: ForgedCertificate): Bytes {
  const { key, trustRoot = key, serverKey = key, signerId = 1, device = 1 } = forged;
  const account = asBytes(key.getPublicKey().serialize()) as AccountId;
  const server = forgeServerCertificate(forged, trustRoot, serverKey.getPublicKey(), signerId);
  const fields = create(SenderCertificate_CertificateSchema, {
    senderDevice: device,
    expires: BigInt(forged.expires ?? 253_402_300_799_999),
    identityKey: account,
    signer:
      forged.namedSigner === undefined
        ? { case: 'signerCertificate', value: server }
        : { case: 'signerId', value: forged.namedSigner },
    sender: { case: 'senderUuid', value: forged.uuid ?? formatAci(aciOf(account)) },
    ...(forged.e164 === undefined ? {} : { senderE164: forged.e164 }),
  });
  const certificate = concatBytes(
    toBinary(SenderCertificate_CertificateSchema, fields),
    forged.inside ?? NOTHING,
  );
  const signature = serverKey.sign(certificate);
  if (forged.breakSignature) signature[5] = (signature[5] as number) ^ 1;
  return concatBytes(
    toBinary(SenderCertificateSchema, create(SenderCertificateSchema, { certificate, signature })),
    forged.outside ?? NOTHING,
  );
}

function forgeServerCertificate(
  { insideServer = NOTHING, outsideServer = NOTHING }: ForgedCertificate,
  trustRoot: PrivateKey,
  key: PublicKey,
  id: number,
): Bytes {
  const fields = create(ServerCertificate_CertificateSchema, { id, key: asBytes(key.serialize()) });
  const certificate = concatBytes(toBinary(ServerCertificate_CertificateSchema, fields), insideServer);
  const signature = trustRoot.sign(certificate);
  return concatBytes(
    toBinary(ServerCertificateSchema, create(ServerCertificateSchema, { certificate, signature })),
    outsideServer,
  );
}

const NOTHING = new Uint8Array(0);

/** libsignal's own way to the same certificate, to hold the forger against. */
export function honestCertificate(key: PrivateKey): Bytes {
  const publicKey = key.getPublicKey();
  const account = asBytes(publicKey.serialize()) as AccountId;
  const server = ServerCertificate.new(1, publicKey, key);
  const aci = Aci.fromUuid(formatAci(aciOf(account)));
  return SenderCertificate.new(aci, null, 1, publicKey, 253_402_300_799_999, server, key).serialize();
}

export interface ForgedSeal {
  /** Who makes the seal. */
  readonly key: PrivateKey;
  readonly certificate: Bytes;
  readonly to: AccountId;
  /** Wire number of the message type: 1 first, 2 steady. */
  readonly type?: number;
  readonly message?: Bytes;
  /** The first bytes of the group ID; zeros follow up to the size. `null` leaves the field out. */
  readonly groupId?: Uint8Array | null;
  /** A byte of the group ID set to 1. */
  readonly dirtyAt?: number;
  readonly size?: number;
}

/** A seal of exactly any size that its fields allow; by default around a ratchet message that is none. */
export function forgeSeal(forged: ForgedSeal): Promise<Bytes> {
  const { key, certificate, to, type = 2, size = 2_560, groupId = Uint8Array.of(1, 1) } = forged;
  const room = size - 94 - 2 - lengthOf(certificate.length) - 1;
  const fill = groupId === null ? room - 2 : (forged.message?.length ?? 40);
  const message = forged.message ?? new Uint8Array(fill);
  const parts = [Uint8Array.of(0x08, type), lengthPrefixed(0x12, certificate), lengthPrefixed(0x1a, message)];
  if (groupId !== null) {
    const used = concatBytes(...parts).length;
    const padding = new Uint8Array(Math.max(groupId.length, size - 94 - used - 3));
    padding.set(groupId);
    if (forged.dirtyAt !== undefined) padding[forged.dirtyAt] = 1;
    parts.push(lengthPrefixed(0x2a, padding));
  }
  return sealContent(key, to, concatBytes(...parts));
}

/** Seal any content by libsignal, which throws for one that it does not take itself. */
export async function sealContent(key: PrivateKey, to: AccountId, content: Bytes): Promise<Bytes> {
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

/** Tag, length and value of a field. */
function lengthOf(length: number): number {
  return 1 + (length < 0x80 ? 1 : 2) + length;
}

function lengthPrefixed(tag: number, value: Uint8Array): Bytes {
  const short = value.length < 0x80;
  const length = short ? [value.length] : [(value.length & 0x7f) | 0x80, value.length >> 7];
  return concatBytes(Uint8Array.of(tag, ...length), value);
}
