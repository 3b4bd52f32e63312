import { ProtocolError, parseServiceId, type ServiceId } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { readAciOfPni, type StoredAccount } from '../store/accounts.ts';

/** An account by one of its two names: its ACI, or the PNI that stands for its number. */
export interface Target {
  readonly kind: ServiceId['kind'];
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
  const aci = kind === 'aci' ? uuid : await store.read(() => readAciOfPni(uuid));
  const account = aci === undefined ? undefined : await store.findAccount(aci);
  return account === undefined ? undefined : { kind, account };
}
