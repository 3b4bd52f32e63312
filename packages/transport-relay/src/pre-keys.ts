import { equalBytes } from '@sotto/bytes';
import type {
  Access,
  FetchPreKeysOutcome,
  PreKeyBundle,
  PublishedPreKeys,
  PublishOutcome,
  Toil,
} from '@sotto/client';
import { type AccountId, aciOf, formatAci } from '@sotto/identity';
import {
  type DevicePreKeys,
  formatSetKeys,
  PATH,
  parsePreKeyCount,
  parsePreKeyResponse,
  type SetKeys,
  type WirePreKey,
  type WireSignedPreKey,
} from '@sotto/protocol';
import type { Ask } from './connection.ts';
import { jsonAsk } from './json-ask.ts';
import type { PaidAsker } from './pay-work.ts';
import { publishOutcomeOf } from './publish-outcome.ts';
import { type Reply, readBody } from './reply.ts';

type OwnAsk = (ask: Ask) => Promise<Reply>;

const OWN_KEYS = `${PATH.keys}?identity=aci`;

export interface PreKeyRequest {
  readonly account: AccountId;
  readonly access: Access;
  readonly toil?: Toil | undefined;
}

/**
 * Fetch a bundle for each device of an account, one-time keys included (reference: signal-service §3).
 * Any answer but bundles for this very identity counts as `none`: the record's keys do as well, and a
 * relay that hands out another identity is not to be used for this contact.
 */
export async function fetchPreKeys(
  asker: PaidAsker,
  { account, access, toil }: PreKeyRequest,
): Promise<FetchPreKeysOutcome> {
  const aci = aciOf(account);
  const get: Ask = { verb: 'GET', path: PATH.keysOf(formatAci(aci), '*') };
  const reply = await asker.ask({ access, toil }, 'keys', aci, get);
  if (reply.outcome !== 'answered') return { outcome: 'unreachable' };
  if (reply.status !== 200) return { outcome: 'none' };
  const keys = readBody(reply, parsePreKeyResponse);
  if (!keys || !equalBytes(keys.identityKey, account)) return { outcome: 'none' };
  const devices = new Set(keys.devices.map((device) => device.deviceId));
  if (devices.size === 0 || devices.size !== keys.devices.length) return { outcome: 'none' };
  return { outcome: 'found', bundles: keys.devices.map(bundleOf) };
}

/** Upload this device's keys. */
export async function publishPreKeys(ask: OwnAsk, keys: PublishedPreKeys): Promise<PublishOutcome> {
  return publishOutcomeOf(await ask(jsonAsk('PUT', OWN_KEYS, formatSetKeys(setKeysOf(keys)))));
}

/** One-time keys that are left at the relay. */
export async function countPreKeys(
  ask: OwnAsk,
): Promise<{ preKeys: number; kyberPreKeys: number } | undefined> {
  const reply = await ask({ verb: 'GET', path: OWN_KEYS });
  if (reply.outcome !== 'answered' || reply.status !== 200) return undefined;
  const left = readBody(reply, parsePreKeyCount);
  return left && { preKeys: left.count, kyberPreKeys: left.pqCount };
}

function setKeysOf(keys: PublishedPreKeys): SetKeys {
  return {
    preKeys: keys.preKeys.map(({ id, publicKey }) => ({ keyId: id, publicKey })),
    pqPreKeys: keys.kyberPreKeys.map(wireKey),
    ...(keys.signedPreKey ? { signedPreKey: wireKey(keys.signedPreKey) } : {}),
    ...(keys.lastResortKyberPreKey ? { pqLastResortPreKey: wireKey(keys.lastResortKyberPreKey) } : {}),
  };
}

/** Our signed key as the wire names its parts. */
export function wireKey({ id, publicKey, signature }: PreKeyBundle['signedPreKey']): WireSignedPreKey {
  return { keyId: id, publicKey, signature };
}

function bundleOf(device: DevicePreKeys): PreKeyBundle {
  return {
    device: device.deviceId,
    registrationId: device.registrationId,
    signedPreKey: signedKey(device.signedPreKey),
    kyberPreKey: signedKey(device.pqPreKey),
    ...(device.preKey ? { preKey: oneTimeKey(device.preKey) } : {}),
  };
}

function signedKey({ keyId, publicKey, signature }: WireSignedPreKey): PreKeyBundle['signedPreKey'] {
  return { id: keyId, publicKey, signature };
}

function oneTimeKey({ keyId, publicKey }: WirePreKey): NonNullable<PreKeyBundle['preKey']> {
  return { id: keyId, publicKey };
}
