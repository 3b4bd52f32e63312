import {
  type AccountKeys,
  createDeviceKey,
  type DeviceRecord,
  formatAccountId,
  type Seed,
} from '@sotto/identity';
import type { MaintainResult } from '@sotto/ratchet';
import type { Core } from '../core/core.ts';
import { ClientError } from '../errors.ts';
import type { AccountState } from '../ports/store.ts';

/** A device as it begins: the account of a seed, keys of its own, nothing registered yet. */
export interface NewDevice {
  /** With an empty record, which the caller signs. */
  readonly state: AccountState;
  readonly device: DeviceRecord;
  readonly made: MaintainResult;
}

/** The first device of an account at a relay (reference: signal-service §2). */
const FIRST_DEVICE = 1;

/** Make everything a device has before anybody knows it. Nothing is written. */
export async function makeDevice(
  core: Core,
  keys: AccountKeys,
  wish: { readonly seed: Seed; readonly name: string; readonly network: string },
): Promise<NewDevice> {
  const now = core.clock.now();
  const { account, ratchetSecret: identitySecret } = keys;
  const registrationId = core.engine.makeRegistrationId();
  const deviceKey = createDeviceKey(core.random);
  const issued = core.engine.issueCertificate({ account, device: FIRST_DEVICE, identitySecret });
  const { certificate, serverCertificate } = issued;
  const state: AccountState = {
    account: formatAccountId(account),
    name: wish.name,
    seed: wish.seed,
    identitySecret: keys.identitySecret,
    device: FIRST_DEVICE,
    registrationId,
    deviceSecret: deviceKey.secretKey,
    certificate,
    serverCertificate,
    certificateSignature: issued.signature,
    profileKey: core.random(32),
    record: new Uint8Array(0),
    recordPending: true,
    network: wish.network,
    credentials: {},
    lastSentAt: 0,
    receivedThrough: 0,
  };
  // Every key is new: 0 left at the relay, so that a full set of one-time keys is made with it.
  const made = await core
    .ratchetOf(state)
    .maintain({ now, remaining: { preKeys: 0, kyberPreKeys: 0 }, force: true });
  const { signedPreKey, lastResortKyberPreKey } = made.published;
  if (signedPreKey === undefined || lastResortKyberPreKey === undefined) {
    throw new ClientError('broken-state', 'the ratchet made no keys for a new device');
  }
  const device: DeviceRecord = {
    id: FIRST_DEVICE,
    registrationId,
    deviceKey: deviceKey.publicKey,
    signedPreKey,
    lastResortKyberPreKey,
    certificateSignature: issued.signature,
    createdAt: now,
  };
  return { state, device, made };
}
