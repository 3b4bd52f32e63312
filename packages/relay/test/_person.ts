import {
  type CiphertextMessage,
  type Direction,
  IdentityChange,
  IdentityKeyStore,
  KEMKeyPair,
  KyberPreKeyRecord,
  KyberPreKeyStore,
  Net,
  type PreKeyBundle,
  PreKeyRecord,
  PreKeySignalMessage,
  PreKeyStore,
  PrivateKey,
  ProtocolAddress,
  type PublicKey,
  processPreKeyBundle,
  type SenderKeyRecord,
  SenderKeyStore,
  SessionRecord,
  SessionStore,
  SignedPreKeyRecord,
  SignedPreKeyStore,
  signalDecryptPreKey,
  signalEncrypt,
} from '@signalapp/libsignal-client';
import { ReceiptCredentialPresentation } from '@signalapp/libsignal-client/dist/zkgroup/index.js';
import { type Bytes, toBase64, utf8 } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { accountIdFromBytes, aciOf, formatAci } from '@sotto/identity';
import { formatJson, formatSetKeys, type LinkRequest, type SetKeys } from '@sotto/protocol';

/** A person who uses Signal's own client library, with stores in memory. */
export class Person {
  readonly identity: PrivateKey;
  readonly registrationId: number;
  readonly accessKey: Bytes;
  readonly recoveryPassword: Bytes;
  password = toBase64(randomBytes(18));
  readonly aci: string;
  readonly device: number;
  readonly address: ProtocolAddress;
  readonly stores: Stores;
  readonly #signedKey: SignedPreKeyRecord;
  readonly #lastResort: KyberPreKeyRecord;
  #nextKeyId = 10;

  constructor(
    from: {
      identity?: PrivateKey;
      recoveryPassword?: Bytes;
      registrationId?: number;
      accessKey?: Bytes;
      device?: number;
    } = {},
  ) {
    this.device = from.device ?? 1;
    this.accessKey = from.accessKey ?? randomBytes(16);
    this.identity = from.identity ?? PrivateKey.generate();
    this.recoveryPassword = from.recoveryPassword ?? randomBytes(32);
    this.registrationId = from.registrationId ?? 1 + ((randomBytes(1)[0] as number) << 3);
    this.aci = formatAci(aciOf(accountIdFromBytes(this.identity.getPublicKey().serialize())));
    this.address = ProtocolAddress.new(this.aci, this.device);
    this.stores = createStores(this.identity, this.registrationId);
    this.#signedKey = this.#makeSignedKey(1);
    this.#lastResort = this.#makeKyberKey(2);
  }

  get username(): string {
    return `${this.aci}.${this.device}`;
  }

  get authorization(): string {
    return `Basic ${toBase64(utf8(`${this.username}:${this.password}`))}`;
  }

  async register(
    net: Net.Net,
    presentation: Bytes,
    attributes: object = {},
  ): Promise<Net.RegisterAccountResponse> {
    return net.registerAccountWithoutNumber({
      ...this.registration(attributes),
      receiptCredentialPresentation: new ReceiptCredentialPresentation(presentation),
    });
  }

  /** What both kinds of registration say. */
  registration(attributes: object = {}) {
    return {
      accountPassword: this.password,
      skipDeviceTransfer: true,
      accountAttributes: new Net.AccountAttributes({
        recoveryPassword: this.recoveryPassword,
        aciRegistrationId: this.registrationId,
        pniRegistrationId: 1,
        registrationLock: null,
        unidentifiedAccessKey: this.accessKey,
        unrestrictedUnidentifiedAccess: false,
        capabilities: new Set(['spqr', 'optionalPhoneNumber']),
        discoverableByPhoneNumber: false,
        ...attributes,
      }),
      aciPublicKey: this.identity.getPublicKey(),
      aciSignedPreKey: this.#signedKey,
      aciPqLastResortPreKey: this.#lastResort,
    };
  }

  /** What it says to be linked as another device of its account. */
  linking(verificationCode: string): LinkRequest {
    const { registrationId } = this;
    const capabilities = { spqr: true, optionalPhoneNumber: true };
    return {
      verificationCode,
      accountAttributes: { fetchesMessages: true, registrationId, capabilities },
      aciSignedPreKey: {
        keyId: this.#signedKey.id(),
        publicKey: this.#signedKey.publicKey().serialize(),
        signature: this.#signedKey.signature(),
      },
      aciPqLastResortPreKey: {
        keyId: this.#lastResort.id(),
        publicKey: this.#lastResort.publicKey().serialize(),
        signature: this.#lastResort.signature(),
      },
      requestedDeviceId: this.device,
    };
  }

  /** Make one-time keys; the JSON body that publishes them. */
  oneTimeKeys(count: number): Bytes {
    const preKeys = Array.from({ length: count }, () => {
      const key = PrivateKey.generate();
      const id = this.#nextKeyId++;
      void this.stores.preKeys.savePreKey(id, PreKeyRecord.new(id, key.getPublicKey(), key));
      return { keyId: id, publicKey: key.getPublicKey().serialize() };
    });
    const pqPreKeys = Array.from({ length: count }, () => {
      const key = this.#makeKyberKey(this.#nextKeyId++);
      return { keyId: key.id(), publicKey: key.publicKey().serialize(), signature: key.signature() };
    });
    const keys: SetKeys = { preKeys, pqPreKeys };
    return formatJson(formatSetKeys(keys));
  }

  /** Encrypt for another person, beginning a session when a bundle is given. */
  async encrypt(to: Person, text: string, bundle?: PreKeyBundle): Promise<CiphertextMessage> {
    const { sessions, identities } = this.stores;
    if (bundle) await processPreKeyBundle(bundle, to.address, this.address, sessions, identities);
    return signalEncrypt(utf8(text), to.address, this.address, sessions, identities);
  }

  async decryptFirst(from: Person, bytes: Bytes): Promise<string> {
    const { sessions, identities, preKeys, signedKeys, kyberKeys } = this.stores;
    const plaintext = await signalDecryptPreKey(
      PreKeySignalMessage.deserialize(bytes),
      from.address,
      this.address,
      sessions,
      identities,
      preKeys,
      signedKeys,
      kyberKeys,
    );
    return new TextDecoder().decode(plaintext);
  }

  #makeSignedKey(id: number): SignedPreKeyRecord {
    const key = PrivateKey.generate();
    const signature = this.identity.sign(key.getPublicKey().serialize());
    const record = SignedPreKeyRecord.new(id, Date.now(), key.getPublicKey(), key, signature);
    void this.stores.signedKeys.saveSignedPreKey(id, record);
    return record;
  }

  #makeKyberKey(id: number): KyberPreKeyRecord {
    const pair = KEMKeyPair.generate();
    const signature = this.identity.sign(pair.getPublicKey().serialize());
    const record = KyberPreKeyRecord.new(id, Date.now(), pair, signature);
    void this.stores.kyberKeys.saveKyberPreKey(id, record);
    return record;
  }
}

interface Stores {
  readonly sessions: SessionStore;
  readonly identities: IdentityKeyStore;
  readonly preKeys: PreKeyStore;
  readonly signedKeys: SignedPreKeyStore;
  readonly kyberKeys: KyberPreKeyStore;
  readonly senderKeys: SenderKeyStore;
}

function createStores(identity: PrivateKey, registrationId: number): Stores {
  return {
    sessions: new Sessions(),
    identities: new Identities(identity, registrationId),
    preKeys: new PreKeys(),
    signedKeys: new SignedKeys(),
    kyberKeys: new KyberKeys(),
    senderKeys: new SenderKeys(),
  };
}

class Sessions extends SessionStore {
  readonly #records = new Map<string, Bytes>();
  override async saveSession(name: ProtocolAddress, record: SessionRecord): Promise<void> {
    this.#records.set(name.toString(), record.serialize());
  }
  override async getSession(name: ProtocolAddress): Promise<SessionRecord | null> {
    const bytes = this.#records.get(name.toString());
    return bytes ? SessionRecord.deserialize(bytes) : null;
  }
  override async getExistingSessions(names: ProtocolAddress[]): Promise<SessionRecord[]> {
    const records = await Promise.all(names.map((name) => this.getSession(name)));
    return records.filter((record) => record !== null);
  }
}

class Identities extends IdentityKeyStore {
  readonly #known = new Map<string, PublicKey>();
  readonly #identity: PrivateKey;
  readonly #registrationId: number;
  constructor(identity: PrivateKey, registrationId: number) {
    super();
    this.#identity = identity;
    this.#registrationId = registrationId;
  }
  override async getIdentityKey(): Promise<PrivateKey> {
    return this.#identity;
  }
  override async getLocalRegistrationId(): Promise<number> {
    return this.#registrationId;
  }
  override async saveIdentity(name: ProtocolAddress, key: PublicKey): Promise<IdentityChange> {
    this.#known.set(name.toString(), key);
    return IdentityChange.NewOrUnchanged;
  }
  override async isTrustedIdentity(
    _name: ProtocolAddress,
    _key: PublicKey,
    _direction: Direction,
  ): Promise<boolean> {
    return true;
  }
  override async getIdentity(name: ProtocolAddress): Promise<PublicKey | null> {
    return this.#known.get(name.toString()) ?? null;
  }
}

class PreKeys extends PreKeyStore {
  readonly #keys = new Map<number, PreKeyRecord>();
  override async savePreKey(id: number, record: PreKeyRecord): Promise<void> {
    this.#keys.set(id, record);
  }
  override async getPreKey(id: number): Promise<PreKeyRecord> {
    return found(this.#keys.get(id));
  }
  override async removePreKey(id: number): Promise<void> {
    this.#keys.delete(id);
  }
}

class SignedKeys extends SignedPreKeyStore {
  readonly #keys = new Map<number, SignedPreKeyRecord>();
  override async saveSignedPreKey(id: number, record: SignedPreKeyRecord): Promise<void> {
    this.#keys.set(id, record);
  }
  override async getSignedPreKey(id: number): Promise<SignedPreKeyRecord> {
    return found(this.#keys.get(id));
  }
}

class KyberKeys extends KyberPreKeyStore {
  readonly #keys = new Map<number, KyberPreKeyRecord>();
  override async saveKyberPreKey(id: number, record: KyberPreKeyRecord): Promise<void> {
    this.#keys.set(id, record);
  }
  override async getKyberPreKey(id: number): Promise<KyberPreKeyRecord> {
    return found(this.#keys.get(id));
  }
  override async markKyberPreKeyUsed(): Promise<void> {
    // One test uses each key once; nothing needs remembering.
  }
}

class SenderKeys extends SenderKeyStore {
  readonly #records = new Map<string, SenderKeyRecord>();
  override async saveSenderKey(sender: ProtocolAddress, id: string, record: SenderKeyRecord): Promise<void> {
    this.#records.set(`${sender} ${id}`, record);
  }
  override async getSenderKey(sender: ProtocolAddress, id: string): Promise<SenderKeyRecord | null> {
    return this.#records.get(`${sender} ${id}`) ?? null;
  }
}

function found<Key>(key: Key | undefined): Key {
  if (key === undefined) throw new Error('no such key');
  return key;
}
