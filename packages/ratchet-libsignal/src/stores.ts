import {
  type IdentityKeyStore,
  KyberPreKeyRecord,
  KyberPreKeyStore,
  PreKeyRecord,
  PreKeyStore,
  type ProtocolAddress,
  type PublicKey,
  SessionRecord,
  SessionStore,
  SignedPreKeyRecord,
  SignedPreKeyStore,
} from '@signalapp/libsignal-client';
import type { Bytes } from '@sotto/bytes';
import type { AccountId } from '@sotto/identity';
import { RatchetError, type RatchetReader, type RatchetTable } from '@sotto/ratchet';
import { decodeRecord } from './decode-record.ts';
import { firstMessageKey, firstMessageValue } from './first-message.ts';
import { OneIdentity } from './identity-store.ts';
import { decodeKeyRow } from './key-row.ts';
import type { LocalKeys } from './local-keys.ts';
import { Overlay } from './overlay.ts';

/** Why a store refuses what a message asks of it. */
export type StoreRefusal = 'no-pre-key' | 'replayed';

/**
 * libsignal's stores for one operation with one other account, over one overlay.
 *
 * libsignal wraps what a store throws into an error of its own, so the first refusal or failure is kept
 * here, and the caller looks here before it interprets libsignal's error.
 */
export class Stores {
  readonly overlay: Overlay;
  readonly sessions: SessionStore;
  readonly identities: IdentityKeyStore;
  readonly preKeys: PreKeyStore;
  readonly signedPreKeys: SignedPreKeyStore;
  readonly kyberPreKeys: KyberPreKeyStore;
  refusal: StoreRefusal | undefined;
  failure: { readonly error: unknown } | undefined;
  /** A first message has made a session in this operation. */
  madeSession = false;

  constructor(local: LocalKeys, peer: AccountId, reader: RatchetReader) {
    this.overlay = new Overlay(reader);
    this.sessions = new OverlaySessions(this);
    this.identities = new OneIdentity(local, peer);
    this.preKeys = new OverlayPreKeys(this);
    this.signedPreKeys = new OverlaySignedPreKeys(this);
    this.kyberPreKeys = new OverlayKyberPreKeys(this);
  }

  /** Read and decode a row; what goes wrong here is our own state's fault and remembered as such. */
  async read<T>(table: RatchetTable, key: string, decode: (bytes: Bytes) => T): Promise<T | undefined> {
    try {
      const bytes = await this.overlay.get(table, key);
      return bytes === undefined ? undefined : decode(bytes);
    } catch (error) {
      this.failure ??= { error };
      throw error;
    }
  }

  refuse(refusal: StoreRefusal): never {
    this.refusal ??= refusal;
    throw new Error(refusal);
  }
}

/** The key of a device's row in the `session` table. */
export function sessionKey(address: ProtocolAddress): string {
  return `${address.name()}.${address.deviceId()}`;
}

/** Decodes a session once per operation: libsignal copies what it is given and saves what it changed. */
class OverlaySessions extends SessionStore {
  readonly #stores: Stores;
  readonly #records = new Map<string, SessionRecord>();

  constructor(stores: Stores) {
    super();
    this.#stores = stores;
  }

  override async saveSession(name: ProtocolAddress, record: SessionRecord): Promise<void> {
    const key = sessionKey(name);
    this.#stores.overlay.put('session', key, record.serialize());
    this.#records.set(key, record);
  }

  override async getSession(name: ProtocolAddress): Promise<SessionRecord | null> {
    const key = sessionKey(name);
    const known = this.#records.get(key);
    if (known !== undefined) return known;
    const stored = await this.#stores.read('session', key, (bytes) =>
      decodeRecord(bytes, SessionRecord.deserialize),
    );
    if (stored !== undefined) this.#records.set(key, stored);
    return stored ?? null;
  }

  override async getExistingSessions(addresses: ProtocolAddress[]): Promise<SessionRecord[]> {
    const found = await Promise.all(addresses.map((address) => this.getSession(address)));
    return found.filter((session) => session !== null);
  }
}

class OverlayPreKeys extends PreKeyStore {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    super();
    this.#stores = stores;
  }

  /** `maintain` makes keys; libsignal only takes them. */
  override async savePreKey(): Promise<void> {
    throw new RatchetError('engine-failed', 'prekeys are not made while a message is handled');
  }

  override async getPreKey(id: number): Promise<PreKeyRecord> {
    const key = await this.#stores.read('pre-key', String(id), (bytes) =>
      decodeRecord(decodeKeyRow(bytes).record, PreKeyRecord.deserialize),
    );
    return key ?? this.#stores.refuse('no-pre-key');
  }

  override async removePreKey(id: number): Promise<void> {
    this.#stores.overlay.delete('pre-key', String(id));
  }
}

class OverlaySignedPreKeys extends SignedPreKeyStore {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    super();
    this.#stores = stores;
  }

  override async saveSignedPreKey(): Promise<void> {
    throw new RatchetError('engine-failed', 'prekeys are not made while a message is handled');
  }

  override async getSignedPreKey(id: number): Promise<SignedPreKeyRecord> {
    const key = await this.#stores.read('signed-pre-key', String(id), (bytes) =>
      decodeRecord(decodeKeyRow(bytes).record, SignedPreKeyRecord.deserialize),
    );
    return key ?? this.#stores.refuse('no-pre-key');
  }
}

class OverlayKyberPreKeys extends KyberPreKeyStore {
  readonly #stores: Stores;

  constructor(stores: Stores) {
    super();
    this.#stores = stores;
  }

  override async saveKyberPreKey(): Promise<void> {
    throw new RatchetError('engine-failed', 'prekeys are not made while a message is handled');
  }

  override async getKyberPreKey(id: number): Promise<KyberPreKeyRecord> {
    const key = await this.#stores.read('kyber-pre-key', String(id), (bytes) =>
      decodeRecord(decodeKeyRow(bytes).record, KyberPreKeyRecord.deserialize),
    );
    return key ?? this.#stores.refuse('no-pre-key');
  }

  /**
   * Called once a first message has made a session. A one-time key goes. A last-resort key stays, and with
   * it the memory of the handshake: without that, the same message would make the session a second time
   * if the first one were ever gone.
   */
  override async markKyberPreKeyUsed(id: number, signedId: number, baseKey: PublicKey): Promise<void> {
    const row = await this.#stores.read('kyber-pre-key', String(id), decodeKeyRow);
    if (row === undefined) this.#stores.refuse('no-pre-key');
    if (row?.use === 'one-time') this.#stores.overlay.delete('kyber-pre-key', String(id));
    else await this.#remember(id, firstMessageKey(id, signedId, baseKey.serialize()));
    this.#stores.madeSession = true;
  }

  async #remember(kyberId: number, key: string): Promise<void> {
    const seen = await this.#stores.read('first-message', key, (bytes) => bytes);
    if (seen !== undefined) this.#stores.refuse('replayed');
    this.#stores.overlay.put('first-message', key, firstMessageValue(kyberId));
  }
}
