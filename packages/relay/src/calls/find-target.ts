import type { Bytes } from '@sotto/bytes';
import { encodeServiceId, ProtocolError, parseServiceId, type ServiceId } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { readAccountOfPni, type StoredAccount, type StoredDevice } from '../store/accounts.ts';
import type { KeyIdentity } from '../store/pre-keys.ts';

/** An account by one of its two names: its ACI, or the PNI that stands for its number. */
export interface Target {
  readonly kind: KeyIdentity;
  readonly account: StoredAccount;
}

/** A service ID in text from outside, or undefined. */
export function tryParseServiceId(text: string): ServiceId | undefined {
  try {
    return parseServiceId(text);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

/** The account that a service ID names; undefined when it names none, or is none. */
export async function findTarget(
  { store }: RelayContext,
  serviceId: ServiceId | undefined,
): Promise<Target | undefined> {
  if (serviceId === undefined) return undefined;
  const { kind, uuid } = serviceId;
  // A PNI is looked up, not remembered: it may have become another's a moment ago, through another process too.
  const account = await (kind === 'aci' ? store.findAccount(uuid) : store.read(() => readAccountOfPni(uuid)));
  return account === undefined ? undefined : { kind, account };
}

/** The random number by which senders to this name notice that a device is another installation. */
export function registrationIdOf(device: StoredDevice, kind: KeyIdentity): number {
  // Every device of an account with a number has the second one.
  return kind === 'aci' ? device.registrationId : (device.pniRegistrationId ?? 0);
}

/** The name as an envelope has it (signal-service §0). */
export function addressOf({ kind, account: { aci, phone } }: Target): Bytes {
  return kind === 'pni' && phone !== undefined ? encodeServiceId({ kind, uuid: phone.pni }) : aci;
}
