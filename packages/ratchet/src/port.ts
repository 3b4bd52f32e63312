import type { Bytes } from '@sotto/bytes';
import type { AccountId, AccountRecord, DeviceRecord } from '@sotto/identity';

/**
 * The port to the ratchet. Plaintext in, sealed bytes out, and back; below both roads.
 *
 * Not here: who is trusted (identity), what a plaintext means (client), how bytes travel (roads).
 *
 * Unit of work: no method writes. Each reads the committed state through a `RatchetReader`, works on
 * an overlay of its own, and returns the `changes` that the caller must commit together with whatever
 * the result made it write. A caller that drops the changes has not used the result. The caller runs
 * one mutating method at a time per account; the engine does not lock.
 *
 * What an outsider or another device can cause is an outcome. A `RatchetError` is thrown only when our
 * own state or local device cannot be used.
 */

/** Everything the engine keeps, as opaque values in named tables of the caller's store. */
export type RatchetTable =
  /** Key: `<aci>.<device>`. */
  | 'session'
  /** Key: decimal key ID. One-time EC keys; deleted when used. */
  | 'pre-key'
  /** Key: decimal key ID. Kept past rotation for late first messages. */
  | 'signed-pre-key'
  /**
   * Key: decimal key ID. One-time keys are deleted when used, last-resort ones kept past rotation; the
   * engine tells them apart by what it writes before the key in the value, as it does for creation times.
   */
  | 'kyber-pre-key'
  /** Key: hash of (Kyber ID, signed ID, base key). Value: the Kyber ID; lives as long as that key. */
  | 'first-message';

/** Asynchronous, so that a browser or phone store fits behind it. */
export interface RatchetReader {
  get(table: RatchetTable, key: string): Promise<Bytes | undefined>;
  keys(table: RatchetTable): Promise<readonly string[]>;
}

/** One row to write, or with `value: null` to delete. */
export interface RatchetChange {
  readonly table: RatchetTable;
  readonly key: string;
  readonly value: Bytes | null;
}

export type RatchetChanges = readonly RatchetChange[];

/** An account's device as the ratchet addresses it. */
export interface DeviceAddress {
  readonly account: AccountId;
  /** 1..127 */
  readonly device: number;
}

/** This device. The secret is the X25519 identity secret (32 bytes, clamped). */
export interface LocalDevice extends DeviceAddress {
  /** 1..0x3FFF */
  readonly registrationId: number;
  readonly identitySecret: Bytes;
  /** Serialized sender certificate from `issueCertificate`. */
  readonly certificate: Bytes;
}

/** A public key with the identity key's signature over its serialized form. */
export interface SignedPublicKey {
  readonly id: number;
  /** Serialized: 33 bytes for EC, 1,569 for Kyber-1024. */
  readonly publicKey: Bytes;
  readonly signature: Bytes;
}

/** A one-time EC key has no signature. */
export interface PublicPreKey {
  readonly id: number;
  readonly publicKey: Bytes;
}

/** What one device offers somebody who wants to start a session. */
export interface PreKeyBundle {
  readonly device: number;
  readonly registrationId: number;
  readonly signedPreKey: SignedPublicKey;
  readonly kyberPreKey: SignedPublicKey;
  readonly preKey?: PublicPreKey;
}

/** Fresh public keys to publish. Absent members are not due. */
export interface PublishedPreKeys {
  readonly signedPreKey?: SignedPublicKey;
  readonly lastResortKyberPreKey?: SignedPublicKey;
  readonly preKeys: readonly PublicPreKey[];
  readonly kyberPreKeys: readonly SignedPublicKey[];
}

/** The public keys that the account record lists for a device. */
export interface CurrentPreKeys {
  readonly signedPreKey: SignedPublicKey;
  readonly lastResortKyberPreKey: SignedPublicKey;
}

/** A certificate that the identity key issues for one of its own devices (design §1.2). */
export interface IssuedCertificate {
  /** The whole sender certificate, as seals carry it. */
  readonly certificate: Bytes;
  /** Its parts, as the account record publishes them. */
  readonly serverCertificate: Bytes;
  readonly signature: Bytes;
}

/** A ratchet message, made once per device and kept until a road has it. Not yet sealed. */
export interface RatchetMessage {
  readonly kind: 'first' | 'steady';
  readonly bytes: Bytes;
}

export type EncryptOutcome =
  | { readonly outcome: 'encrypted'; readonly message: RatchetMessage; readonly changes: RatchetChanges }
  /** There is no session and no bundle was given. */
  | { readonly outcome: 'needs-bundle' }
  /** The bundle's signatures or keys do not hold for this account. */
  | { readonly outcome: 'bad-bundle' };

export type SealOutcome =
  /** Exactly one of `SEALED_SIZES` long, made afresh at each call. */
  | { readonly outcome: 'sealed'; readonly bytes: Bytes }
  /**
   * `limit`: bytes of ratchet message that fit. Never the answer to a message of `encrypt` whose
   * plaintext was at most `MAX_PLAINTEXT` long.
   */
  | { readonly outcome: 'too-large'; readonly limit: number };

/** Why a seal was refused. Nothing was changed, nothing is shown; the envelope is acknowledged. */
export type SealRefusal =
  | 'not-a-seal'
  | 'wrong-size'
  | 'bad-padding'
  | 'other-destination'
  /** The certificate's chain does not end in its own identity key. */
  | 'not-self-issued'
  /** The ACI in the certificate is not the one its identity key computes to. */
  | 'aci-mismatch'
  /** A message of our own device that came back to it. */
  | 'own-device';

/** An opened seal whose inner message has not been decrypted yet. */
export interface Unsealed {
  readonly from: DeviceAddress;
  /** The signature of the certificate that the seal showed; the record publishes the device's only one. */
  readonly certificateSignature: Bytes;
  readonly message: RatchetMessage;
}

export type UnsealOutcome =
  | { readonly outcome: 'unsealed'; readonly unsealed: Unsealed }
  | { readonly outcome: 'refused'; readonly reason: SealRefusal };

export type DecryptOutcome =
  | {
      readonly outcome: 'decrypted';
      readonly plaintext: Bytes;
      /** This message made the session. */
      readonly first: boolean;
      readonly changes: RatchetChanges;
    }
  /**
   * Seen before: the same ratchet message, or a first message whose handshake already made a session.
   * Also the answer to a message that comes after more than 2,000 later ones of its chain; its key is gone.
   */
  | { readonly outcome: 'duplicate' }
  /**
   * The sender's device is not in the record we have pinned, or it is there with another certificate than
   * the seal showed or another registration ID than the message or its session names: another
   * installation. Fetch the record again, then retry.
   */
  | { readonly outcome: 'unknown-device' }
  /** No session, and it is not a first message. */
  | { readonly outcome: 'no-session' }
  /** A first message to a prekey that is gone: rotated away, used up or never ours. */
  | { readonly outcome: 'no-pre-key' }
  /** The session's identity is not the seal's. */
  | { readonly outcome: 'identity-mismatch' }
  /**
   * Forged, damaged, or too far ahead of the session. The dearest answer: the other side of a session can
   * make it cost about 70 ms, as often as it likes. So a caller bounds how often it takes this from one
   * sender in an hour; nothing is kept here by which the next such message would be cheaper.
   */
  | { readonly outcome: 'invalid' };

/** What a device of a pinned record is to the ratchet. */
export type KnownDevices = readonly Pick<DeviceRecord, 'id' | 'registrationId' | 'certificateSignature'>[];

export interface MaintainRequest {
  /** Milliseconds. */
  readonly now: number;
  /** How many one-time keys of each kind the relay still has; absent = make none. */
  readonly remaining?: { readonly preKeys: number; readonly kyberPreKeys: number };
  /** Make signed and last-resort keys whatever their age. */
  readonly force?: boolean;
}

export interface MaintainResult {
  readonly published: PublishedPreKeys;
  readonly changes: RatchetChanges;
}

/** One account's ratchet on this device. */
export interface Ratchet {
  /**
   * Prekey housekeeping: a signed and a last-resort key when the newest is two days old, 100 one-time
   * keys when fewer than 10 remain (an upload replaces what remains), private halves deleted past their
   * retention together with the first-message memory of their Kyber key.
   *
   * One-time keys that were made and whose upload nobody has confirmed are handed out again instead of
   * more, as far as they are unused: a relay that refuses uploads makes the store grow by one batch only.
   */
  maintain(request: MaintainRequest): Promise<MaintainResult>;
  /**
   * The relay has these keys now. A caller that crashes in between need not repeat it: one-time keys of
   * which 10 or more remain count as uploaded.
   */
  published(keys: PublishedPreKeys): Promise<RatchetChanges>;
  /**
   * The newest signed and last-resort keys, due or not: what the account record lists.
   * `undefined` before the first `maintain` is committed.
   */
  current(): Promise<CurrentPreKeys | undefined>;
  /**
   * Whether `encrypt` needs no bundle for a device. A session that the other side has not answered for
   * 30 days is stale and counts as none.
   */
  hasSession(address: DeviceAddress, now: number): Promise<boolean>;
  /**
   * Encrypt for one device, starting a session from `bundle` when there is none, or when the bundle
   * names another registration ID than the session: the device was set up anew.
   */
  encrypt(request: {
    readonly to: DeviceAddress;
    readonly plaintext: Bytes;
    readonly bundle?: PreKeyBundle;
    readonly now: number;
  }): Promise<EncryptOutcome>;
  /** Seal for one device; pure, nothing to commit. */
  seal(to: DeviceAddress, message: RatchetMessage): Promise<SealOutcome>;
  /** Open a seal and check its certificate; pure, nothing to commit. */
  unseal(bytes: Bytes): Promise<UnsealOutcome>;
  /** Decrypt what a seal held, for senders whose device the pinned record lists. */
  decrypt(request: {
    readonly unsealed: Unsealed;
    readonly knownDevices: KnownDevices;
  }): Promise<DecryptOutcome>;
  /**
   * Delete the session with a device that is gone or was set up anew. What a living device still sends
   * in it is unreadable until we write to that device again, so it is not for contacts that are merely
   * removed from a list.
   */
  closeSession(address: DeviceAddress): Promise<RatchetChanges>;
}

/** Makes ratchets; the one thing an engine package exports. */
export interface RatchetEngine {
  /** Random, 1..0x3FFF. */
  makeRegistrationId(): number;
  issueCertificate(device: { account: AccountId; device: number; identitySecret: Bytes }): IssuedCertificate;
  /**
   * The certificate that anybody can put together from a published record; equal to the one its
   * seals carry, so that holding it proves nothing.
   */
  certificateFromRecord(record: AccountRecord, device: number): Bytes;
  open(local: LocalDevice, reader: RatchetReader): Ratchet;
}
