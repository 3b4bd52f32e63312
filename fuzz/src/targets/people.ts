import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { asBytes, type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { ed25519KeyPair, ed25519Sign, ed25519SignExpanded, sha256 } from '@sotto/crypto';
import {
  type AccountKeys,
  acceptRecord,
  type DeviceRecord,
  deriveAccount,
  firstRevision,
  nextRevision,
  readRecord,
  seedFromBytes,
  signRecord,
} from '@sotto/identity';
import { SignedAccountRecordSchema } from '@sotto/protocol';
import { counted, filled } from './kit.ts';

/** People and their records, the same in every run. */
export const NOW = 1_790_000_000_000;

export function accountNamed(name: string): AccountKeys {
  return deriveAccount(seedFromBytes(sha256(utf8(`sotto fuzz seed ${name}`))));
}

const keysOfDevice = (id: number) => ed25519KeyPair(sha256(utf8(`sotto fuzz device ${id}`)));

function deviceNumbered(id: number): DeviceRecord {
  return {
    id,
    registrationId: 100 + id,
    deviceKey: keysOfDevice(id).publicKey,
    signedPreKey: { id: 1, publicKey: asBytes(Uint8Array.of(5, ...counted(32))), signature: counted(64) },
    lastResortKyberPreKey: {
      id: 2,
      publicKey: asBytes(Uint8Array.of(8, ...filled(1_568))),
      signature: counted(64),
    },
    certificateSignature: counted(64),
    createdAt: NOW,
  };
}

/** Alice's first record and the one after it, which her device has signed. */
export function recordsOf(keys: AccountKeys): { readonly first: Bytes; readonly second: Bytes } {
  const draft = firstRevision({
    recoveryKey: keys.recoveryKey,
    issuedAt: NOW,
    devices: [deviceNumbered(1)],
    relays: [{ url: 'https://relay.example:8443', key: counted(32), onionKey: counted(32, 3) }],
    serverCertificate: counted(105),
  });
  const { identitySecret } = keys;
  const first = signRecord({
    draft,
    identitySecret,
    second: { kind: 'recovery', secret: keys.recoverySecret },
  });
  const read = readRecord(first, keys.account);
  if (read.outcome !== 'read') throw new Error(`a record of ours is ${read.outcome}`);
  const next = nextRevision(read.record, {
    issuedAt: NOW + 120_000,
    devices: [deviceNumbered(1), deviceNumbered(2)],
  });
  const second = signRecord({
    draft: next,
    identitySecret,
    second: { kind: 'device', device: 1, secret: keysOfDevice(1).secretKey },
  });
  if (
    acceptRecord({ account: keys.account, now: NOW, pinned: first, incoming: second }).outcome !== 'accepted'
  ) {
    throw new Error('a record of ours is not accepted');
  }
  return { first, second };
}

/** The page inside a signed record. */
export function pageOf(signed: Bytes): Bytes {
  return asBytes(fromBinary(SignedAccountRecordSchema, signed).record);
}

/** Sign any bytes as a record, as a thief with all keys could. */
export function signPage(keys: AccountKeys, record: Bytes, by: 'recovery' | 'device'): Bytes {
  const covered = concatBytes(utf8('sotto record v1'), record);
  const second =
    by === 'recovery'
      ? ({ case: 'recoverySignature', value: ed25519Sign(keys.recoverySecret, covered) } as const)
      : ({
          case: 'device',
          value: { deviceId: 1, signature: ed25519Sign(keysOfDevice(1).secretKey, covered) },
        } as const);
  const identitySignature = ed25519SignExpanded(keys.identitySecret, covered);
  return asBytes(
    toBinary(
      SignedAccountRecordSchema,
      create(SignedAccountRecordSchema, { record, identitySignature, second }),
    ),
  );
}

/** The wrapping of a record with the fields that there are and nothing else. */
export function wrapAgain(signed: Bytes): Bytes {
  const { record, identitySignature, second } = fromBinary(SignedAccountRecordSchema, signed);
  const known =
    second.case === 'device'
      ? ({
          case: 'device',
          value: { deviceId: second.value.deviceId, signature: second.value.signature },
        } as const)
      : second;
  return asBytes(
    toBinary(
      SignedAccountRecordSchema,
      create(SignedAccountRecordSchema, { record, identitySignature, second: known }),
    ),
  );
}
