import type { Bytes } from '@sotto/bytes';
import { type Aci, aciFromBytes } from '@sotto/identity';
import { encodeServiceId, parseServiceId, type ServiceId } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { readAccountOfPni, type StoredAccount, type StoredDevice } from '../store/accounts.ts';
import type { KeyIdentity } from '../store/pre-keys.ts';

/** Whom a call is about, by text from outside. */
export interface Target {
  /** Absent when the text is no service ID. */
  readonly id?: ServiceId;
  /** Absent when nobody is registered by that. */
  readonly account?: StoredAccount;
}

export async function findTarget(context: RelayContext, text: string): Promise<Target> {
  const id = tryParseServiceId(text);
  if (id === undefined) return {};
  const account = await findAccountOf(context, id);
  return { id, ...(account && { account }) };
}

/** The account behind a service ID. */
export function findAccountOf({ store }: RelayContext, id: ServiceId): Promise<StoredAccount | undefined> {
  const { kind, uuid } = id;
  // A PNI is looked up, not remembered: it may have become another's a moment ago, through another process too.
  return kind === 'aci' ? store.findAccount(uuid) : store.read(() => readAccountOfPni(uuid));
}

/** The ACI, where it is one. */
export function aciIn({ kind, uuid }: ServiceId): Aci | undefined {
  return kind === 'aci' ? aciFromBytes(uuid) : undefined;
}

function tryParseServiceId(text: string): ServiceId | undefined {
  try {
    return parseServiceId(text);
  } catch {
    return undefined;
  }
}

/** The random number by which senders to this name notice that a device is another installation. */
export function registrationIdOf(device: StoredDevice, kind: KeyIdentity): number {
  // Every device of an account with a number has the second one.
  return kind === 'aci' ? device.registrationId : (device.pniRegistrationId ?? 0);
}

/** The devices of an account as senders to one of its names know them. */
export function devicesAs(
  { devices }: StoredAccount,
  kind: KeyIdentity,
): readonly Pick<StoredDevice, 'id' | 'registrationId'>[] {
  return devices.map((device) => ({ id: device.id, registrationId: registrationIdOf(device, kind) }));
}

/** The name as an envelope has it (signal-service §0). */
export function addressOf({ aci, phone }: StoredAccount, kind: KeyIdentity): Bytes {
  return kind === 'pni' && phone !== undefined ? encodeServiceId({ kind, uuid: phone.pni }) : aci;
}
