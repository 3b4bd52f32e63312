import { type Bytes, toHex } from '@sotto/bytes';
import { checkSafetyQr, formatContactLink, parseAccountId, safetyNumber } from '@sotto/identity';
import type { ContactDevice, Safety, SafetyComparison } from '../client-chat-types.ts';
import type { Core } from '../core/core.ts';
import type { AccountKey } from '../ports/store.ts';
import { pinnedRecord } from './learn-record.ts';

/** What both compare to be sure of each other's keys: digits, and a code to scan. */
export async function showSafety(core: Core, account: AccountKey): Promise<Safety | undefined> {
  const both = await bothSides(core, account);
  if (both === undefined) return undefined;
  const { digits, qr } = safetyNumber(both.local, both.remote);
  return { digits, code: qr };
}

/** The code that their screen shows. */
export async function compareSafetyCode(
  core: Core,
  account: AccountKey,
  code: Bytes,
): Promise<SafetyComparison | undefined> {
  const both = await bothSides(core, account);
  return both && checkSafetyQr(code, both.local, both.remote);
}

async function bothSides(core: Core, account: AccountKey) {
  const own = await core.store.account();
  if (own === undefined || (await core.store.contact(account)) === undefined) return undefined;
  return { local: parseAccountId(own.account), remote: parseAccountId(account) };
}

const KEY_DIGITS = 16;

export async function devicesOf(
  core: Core,
  account: AccountKey,
): Promise<readonly ContactDevice[] | undefined> {
  const contact = await core.store.contact(account);
  if (contact === undefined) return undefined;
  return (pinnedRecord(core, contact)?.devices ?? []).map(({ id, registrationId, deviceKey }) => ({
    device: id,
    registrationId,
    key: toHex(deviceKey).slice(0, KEY_DIGITS),
  }));
}

/** With the name they gave themselves: what the user calls them is nobody else's business. */
export async function contactLink(core: Core, account: AccountKey): Promise<string | undefined> {
  const contact = await core.store.contact(account);
  return contact && linkOf(account, contact.name);
}

export function linkOf(account: AccountKey, name: string | undefined): string {
  const id = parseAccountId(account);
  return formatContactLink(name === undefined || name === '' ? { account: id } : { account: id, name });
}
