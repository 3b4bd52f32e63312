import {
  IdentityChange,
  IdentityKeyStore,
  KyberPreKeyRecord,
  KyberPreKeyStore,
  PreKeyRecord,
  PreKeyStore,
  PrivateKey,
  type ProtocolAddress,
  type PublicKey,
  SessionRecord,
  SessionStore,
  SignedPreKeyRecord,
  SignedPreKeyStore,
} from '@signalapp/libsignal-client';
import type { Bytes } from '@sotto/bytes';

/** libsignal's stores in memory for the raw peer: every record is serialised, nothing else is done. */
export class RawSessions extends SessionStore {
  readonly #rows = new Map<string, Bytes>();

  override async saveSession(name: ProtocolAddress, record: SessionRecord): Promise<void> {
    this.#rows.set(name.toString(), record.serialize());
  }

  override async getSession(name: ProtocolAddress): Promise<SessionRecord | null> {
    const row = this.#rows.get(name.toString());
    return row === undefined ? null : SessionRecord.deserialize(row);
  }

  override async getExistingSessions(): Promise<SessionRecord[]> {
    throw new Error('not needed for one recipient');
  }
}

export class RawIdentities extends IdentityKeyStore {
  readonly privateKey = PrivateKey.generate();
  readonly publicKey = this.privateKey.getPublicKey();
  readonly #known = new Map<string, PublicKey>();

  override async getIdentityKey(): Promise<PrivateKey> {
    return this.privateKey;
  }

  override async getLocalRegistrationId(): Promise<number> {
    return 1;
  }

  override async saveIdentity(name: ProtocolAddress, key: PublicKey): Promise<IdentityChange> {
    this.#known.set(name.toString(), key);
    return IdentityChange.NewOrUnchanged;
  }

  override async isTrustedIdentity(name: ProtocolAddress, key: PublicKey): Promise<boolean> {
    return this.#known.get(name.toString())?.equals(key) ?? true;
  }

  override async getIdentity(name: ProtocolAddress): Promise<PublicKey | null> {
    return this.#known.get(name.toString()) ?? null;
  }
}

export class RawPreKeys extends PreKeyStore {
  record: Bytes | undefined;

  override async savePreKey(_id: number, record: PreKeyRecord): Promise<void> {
    this.record = record.serialize();
  }

  override async getPreKey(): Promise<PreKeyRecord> {
    return PreKeyRecord.deserialize(present(this.record));
  }

  override async removePreKey(): Promise<void> {
    this.record = undefined;
  }
}

export class RawSignedPreKeys extends SignedPreKeyStore {
  record: Bytes | undefined;

  override async saveSignedPreKey(_id: number, record: SignedPreKeyRecord): Promise<void> {
    this.record = record.serialize();
  }

  override async getSignedPreKey(): Promise<SignedPreKeyRecord> {
    return SignedPreKeyRecord.deserialize(present(this.record));
  }
}

export class RawKyberPreKeys extends KyberPreKeyStore {
  record: Bytes | undefined;

  override async saveKyberPreKey(_id: number, record: KyberPreKeyRecord): Promise<void> {
    this.record = record.serialize();
  }

  override async getKyberPreKey(): Promise<KyberPreKeyRecord> {
    return KyberPreKeyRecord.deserialize(present(this.record));
  }

  override async markKyberPreKeyUsed(): Promise<void> {
    this.record = undefined;
  }
}

function present(record: Bytes | undefined): Bytes {
  if (record === undefined) throw new Error('the prekey is not there');
  return record;
}
