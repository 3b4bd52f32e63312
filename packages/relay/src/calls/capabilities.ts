import { PRIMARY_DEVICE_ID } from '@sotto/protocol';
import type { StoredAccount } from '../store/accounts.ts';

/** What an account can do follows from what its devices can (reference: signal-service §2.3). */
type Rule = 'any-device' | 'primary-device' | 'all-devices';

const RULES = {
  storage: 'any-device',
  attachmentBackfill: 'primary-device',
  spqr: 'all-devices',
  profiles_v2: 'all-devices',
  usernameChangeSyncMessage: 'all-devices',
} as const satisfies Record<string, Rule>;

type Capability = keyof typeof RULES;

/** Shown in profiles; the others are between an account and its relay. */
const SHOWN: readonly Capability[] = [
  'attachmentBackfill',
  'spqr',
  'profiles_v2',
  'usernameChangeSyncMessage',
];

export function hasCapability({ devices }: StoredAccount, name: Capability): boolean {
  const can = devices.map(({ id, capabilities }) => ({ id, has: capabilities[name] === true }));
  switch (RULES[name]) {
    case 'any-device':
      return can.some(({ has }) => has);
    case 'primary-device':
      return can.some(({ id, has }) => id === PRIMARY_DEVICE_ID && has);
    case 'all-devices':
      return can.length > 0 && can.every(({ has }) => has);
  }
}

export function shownCapabilities(account: StoredAccount): Readonly<Record<string, boolean>> {
  return Object.fromEntries(SHOWN.map((name) => [name, hasCapability(account, name)]));
}
