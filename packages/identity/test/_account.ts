import { type Bytes, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, sha256 } from '@sotto/crypto';
import {
  type AccountKeys,
  type AccountRecord,
  type DeviceRecord,
  deriveAccount,
  firstRevision,
  type RecordDraft,
  readRecord,
  type SecondSigner,
  seedFromBytes,
  signRecord,
} from '../src/index.ts';

/** A moment that tests count from. */
export const NOW = 1_790_000_000_000;

/** An account that is the same in every run. */
export function accountNamed(name: string): AccountKeys {
  return deriveAccount(seedFromBytes(sha256(utf8(`sotto test seed ${name}`))));
}

/** A device's secret, told from others by its ID and a mark of the installation. */
export function deviceSecret(id: number, mark = 0): Bytes {
  return ed25519KeyPair(sha256(utf8(`device ${id} ${mark}`))).secretKey;
}

/** A device with keys of the right shape; nobody checks prekey signatures in this package. */
export function deviceNumbered(id: number, mark = 0): DeviceRecord {
  return {
    id,
    registrationId: 100 + id,
    deviceKey: deviceSecret(id, mark).slice(32),
    signedPreKey: {
      id: 1,
      publicKey: Uint8Array.of(5, ...new Uint8Array(32)),
      signature: new Uint8Array(64),
    },
    lastResortKyberPreKey: {
      id: 2,
      publicKey: Uint8Array.of(8, ...new Uint8Array(1568)),
      signature: new Uint8Array(64),
    },
    certificateSignature: new Uint8Array(64),
    createdAt: NOW,
  };
}

export function draftOf(keys: AccountKeys, changes: Partial<RecordDraft> = {}): RecordDraft {
  const draft = firstRevision({
    recoveryKey: keys.recoveryKey,
    issuedAt: NOW,
    devices: [deviceNumbered(1)],
    relays: [{ url: 'https://relay.example:8443', key: new Uint8Array(32).fill(7) }],
    serverCertificate: new Uint8Array(105).fill(1),
  });
  return { ...draft, ...changes };
}

export function byRecovery(keys: AccountKeys): SecondSigner {
  return { kind: 'recovery', secret: keys.recoverySecret };
}

export function byDevice(id: number, mark = 0): SecondSigner {
  return { kind: 'device', device: id, secret: deviceSecret(id, mark) };
}

export function sign(keys: AccountKeys, draft: RecordDraft, second: SecondSigner): Bytes {
  return signRecord({ draft, identitySecret: keys.identitySecret, second });
}

/** What is in a record that must be readable. */
export function contentOf(keys: AccountKeys, bytes: Bytes): AccountRecord {
  const read = readRecord(bytes, keys.account);
  if (read.outcome !== 'read') throw new Error(`a record of ours is ${read.outcome}`);
  return read.record;
}
