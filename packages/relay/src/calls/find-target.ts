import { type Aci, aciFromBytes } from '@sotto/identity';
import { parseServiceId, type ServiceId } from '@sotto/protocol';
import type { RelayContext } from '../context.ts';
import { readAciOfPni, type StoredAccount } from '../store/accounts.ts';

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
export async function findAccountOf(
  { store }: RelayContext,
  id: ServiceId,
): Promise<StoredAccount | undefined> {
  const { kind, uuid } = id;
  const aci = kind === 'aci' ? uuid : await store.read(() => readAciOfPni(uuid));
  return aci === undefined ? undefined : store.findAccount(aci);
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
