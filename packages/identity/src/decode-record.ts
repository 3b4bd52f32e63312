import { fromBinary, type MessageShape } from '@bufbuild/protobuf';
import { asBytes, type Bytes, toHex } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import {
  AccountRecordSchema,
  EC_PUBLIC_KEY_BYTES,
  KYBER_PUBLIC_KEY_BYTES,
  MAX_DEVICE_ID,
  MAX_KEY_ID,
  MAX_REGISTRATION_ID,
  SIGNATURE_BYTES,
} from '@sotto/protocol';
import { accountOfIdentityKey } from './account-id.ts';
import { IdentityError } from './errors.ts';
import { isOnionKey } from './onion-key.ts';
import { MAX_DEVICES, MAX_RELAYS, MAX_SERVER_CERTIFICATE_BYTES } from './record-rules.ts';
import type { AccountRecord, DeviceRecord, RelayAddress, SignedKeyRecord } from './record-types.ts';
import { parseRelayUrl } from './relay-url.ts';

type RecordMessage = MessageShape<typeof AccountRecordSchema>;
type DeviceMessage = RecordMessage['devices'][number];
type SignedKeyMessage = NonNullable<DeviceMessage['signedPreKey']>;
type RelayMessage = RecordMessage['relays'][number];

const EC_KEY_TYPE = 0x05;
const KYBER_KEY_TYPE = 0x08;

/** Read the protobuf, and nothing of what is in it. Throws IdentityError `bad-record`. */
export function parseRecordMessage(bytes: Bytes): RecordMessage {
  try {
    return fromBinary(AccountRecordSchema, bytes);
  } catch {
    throw broken('not a record');
  }
}

/**
 * Check every rule that a record keeps by itself: lengths, ranges, numbers of things. Nothing about
 * signatures, time or earlier revisions. Throws IdentityError `bad-record` that names the rule.
 */
export function decodeRecord(message: RecordMessage, bytes: Bytes): AccountRecord {
  const identityKey = exactly(message.identityKey, 32, 'identity key');
  const account = accountOfIdentityKey(identityKey);
  if (account === undefined) throw broken('the identity key is no key');
  const revision = toNumber(message.revision, 'revision');
  if (revision < 1) throw broken('revisions count from 1');
  const issuedAt = toNumber(message.issuedAt, 'issue time');
  const validUntil = toNumber(message.validUntil, 'validity');
  if (validUntil <= issuedAt) throw broken('it ends before it begins');
  if (message.minVersion < 1) throw broken('protocol versions count from 1');
  const certificate = asBytes(message.serverCertificate);
  if (certificate.length < 1 || certificate.length > MAX_SERVER_CERTIFICATE_BYTES) {
    throw broken('length of the server certificate');
  }
  return {
    version: message.version,
    account,
    identityKey,
    recoveryKey: exactly(message.recoveryKey, 32, 'recovery key'),
    revision,
    ...previousHashOf(message, revision),
    issuedAt,
    validUntil,
    minVersion: message.minVersion,
    devices: decodeDevices(message.devices),
    relays: decodeRelays(message.relays),
    serverCertificate: certificate,
    hash: sha256(bytes),
  };
}

function previousHashOf(message: RecordMessage, revision: number): { previousHash?: Bytes } {
  if (revision === 1) {
    if (message.previousHash.length > 0) throw broken('the first revision has no previous one');
    return {};
  }
  return { previousHash: exactly(message.previousHash, 32, 'previous hash') };
}

function decodeDevices(messages: readonly DeviceMessage[]): DeviceRecord[] {
  if (messages.length < 1 || messages.length > MAX_DEVICES) throw broken(`1 to ${MAX_DEVICES} devices`);
  const devices = messages.map(decodeDevice);
  if (new Set(devices.map(({ id }) => id)).size < devices.length) throw broken('two devices of one ID');
  const keys = new Set(devices.map(({ deviceKey }) => toHex(deviceKey)));
  if (keys.size < devices.length) throw broken('two devices of one key');
  return devices;
}

function decodeDevice(message: DeviceMessage): DeviceRecord {
  return {
    id: within(message.id, MAX_DEVICE_ID, 'device ID'),
    registrationId: within(message.registrationId, MAX_REGISTRATION_ID, 'registration ID'),
    deviceKey: exactly(message.deviceKey, 32, 'device key'),
    signedPreKey: decodeKey(message.signedPreKey, EC_KEY_TYPE, EC_PUBLIC_KEY_BYTES),
    lastResortKyberPreKey: decodeKey(message.lastResortKyberPreKey, KYBER_KEY_TYPE, KYBER_PUBLIC_KEY_BYTES),
    certificateSignature: exactly(message.certificateSignature, SIGNATURE_BYTES, 'certificate signature'),
    createdAt: toNumber(message.createdAt, 'creation time'),
  };
}

function decodeKey(message: SignedKeyMessage | undefined, type: number, length: number): SignedKeyRecord {
  if (message === undefined) throw broken('a device without prekeys');
  if (message.id > MAX_KEY_ID) throw broken('prekey ID');
  if (message.publicKey[0] !== type) throw broken('type of a prekey');
  return {
    id: message.id,
    publicKey: exactly(message.publicKey, length, 'prekey'),
    signature: exactly(message.signature, SIGNATURE_BYTES, 'prekey signature'),
  };
}

function decodeRelays(messages: readonly RelayMessage[]): RelayAddress[] {
  if (messages.length > MAX_RELAYS) throw broken(`at most ${MAX_RELAYS} relays`);
  return messages.map(decodeRelay);
}

function decodeRelay({ url, key, onionKey }: RelayMessage): RelayAddress {
  const { url: origin, key: inUrl } = relayOf(url);
  if (origin !== url || inUrl !== undefined) throw broken('a relay is named by its origin');
  return {
    url,
    ...(key.length === 0 ? {} : { key: exactly(key, 32, 'relay key') }),
    ...(onionKey.length === 0 ? {} : { onionKey: usableOnionKey(onionKey) }),
  };
}

function usableOnionKey(bytes: Uint8Array): Bytes {
  const key = exactly(bytes, 32, 'relay onion key');
  if (!isOnionKey(key)) throw broken('a relay onion key that is no key');
  return key;
}

function relayOf(url: string): RelayAddress {
  try {
    return parseRelayUrl(url);
  } catch (error) {
    if (error instanceof IdentityError) throw broken('relay URL');
    throw error;
  }
}

function exactly(bytes: Uint8Array, length: number, what: string): Bytes {
  if (bytes.length !== length) throw broken(`length of the ${what}`);
  return asBytes(bytes);
}

function within(value: number, most: number, what: string): number {
  if (value < 1 || value > most) throw broken(`range of the ${what}`);
  return value;
}

function toNumber(value: bigint, what: string): number {
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw broken(`range of the ${what}`);
  return Number(value);
}

function broken(rule: string): IdentityError {
  return new IdentityError('bad-record', `this account record breaks a rule: ${rule}`, { rule });
}
