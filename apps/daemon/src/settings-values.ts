import type { Preferences } from '@sotto/client';
import { type Params, readSettings, type SettingsValue } from '@sotto/local-api';

/** Settings are the client's preferences, and what screens alone understand, which the client keeps as a text. */

export function settingsValue({ readReceipts, typing, relayAccess, screen }: Preferences): SettingsValue {
  const ofClient = { read_receipts: readReceipts, typing, relay_access: relayAccess };
  return readSettings({ ...readScreen(screen), ...ofClient });
}

/** What the client is to keep. Fields that another version wrote stay. */
export function changedPreferences(
  kept: Preferences,
  { read_receipts: readReceipts, typing, relay_access: relayAccess, ...screen }: Params<'settings.change'>,
): Partial<Preferences> {
  return {
    ...(readReceipts === undefined ? {} : { readReceipts }),
    ...(typing === undefined ? {} : { typing }),
    ...(relayAccess === undefined ? {} : { relayAccess }),
    ...(Object.keys(screen).length === 0
      ? {}
      : { screen: JSON.stringify({ ...readScreen(kept.screen), ...screen }) }),
  };
}

function readScreen(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {};
  }
}
