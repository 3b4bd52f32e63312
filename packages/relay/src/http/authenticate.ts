import { parseAci } from '@sotto/identity';
import { MAX_DEVICE_ID, PRIMARY_DEVICE_ID } from '@sotto/protocol';
import type { RelayStore } from '../store/relay-store.ts';
import { verifySaltedHash } from '../store/salted-hash.ts';
import { type Caller, parseBasic } from './call.ts';

/** Compared against when there is no such device, so that a refusal takes as long either way. */
const NOBODY = { hash: `2.${'0'.repeat(64)}`, salt: '0'.repeat(32) };

/** The device that a Basic header belongs to: user `<aci>` or `<aci>.<device>` (signal-service §0). */
export async function authenticate(store: RelayStore, header: string): Promise<Caller | undefined> {
  const basic = parseBasic(header);
  const match = /^([0-9a-fA-F-]{36})(?:\.([0-9]{1,3}))?$/.exec(basic?.user ?? '');
  if (basic === undefined || match === null) return undefined;
  const device = match[2] === undefined ? PRIMARY_DEVICE_ID : Number(match[2]);
  if (device < 1 || device > MAX_DEVICE_ID) return undefined;
  const aci = tryParseAci(match[1] as string);
  if (aci === undefined) return undefined;
  const stored = (await store.findAccount(aci))?.devices.find(({ id }) => id === device);
  const good = verifySaltedHash(basic.password, stored?.password ?? NOBODY);
  return good && stored !== undefined ? { aci, device, login: stored.password.salt } : undefined;
}

/** An ACI in text from outside, or undefined. */
export function tryParseAci(text: string): ReturnType<typeof parseAci> | undefined {
  try {
    return parseAci(text);
  } catch {
    return undefined;
  }
}
