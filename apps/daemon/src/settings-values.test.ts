import type { Preferences } from '@sotto/client';
import { DEFAULT_SETTINGS } from '@sotto/local-api';
import { expect, it } from 'vitest';
import { changedPreferences, settingsValue } from './settings-values.ts';

const NONE: Preferences = { readReceipts: false, typing: false, relayAccess: 'direct', screen: '' };

it('settings are the preferences of the client and what screens kept with them', () => {
  expect(settingsValue(NONE)).toEqual(DEFAULT_SETTINGS);
  const changes = changedPreferences(NONE, { theme: 'dark', lock_after: 5, read_receipts: true });
  expect(changes).toEqual({ readReceipts: true, screen: '{"theme":"dark","lock_after":5}' });
  expect(settingsValue({ ...NONE, ...changes })).toEqual({
    ...DEFAULT_SETTINGS,
    ...{ theme: 'dark', lock_after: 5, read_receipts: true },
  });
});

it('a change leaves alone what it does not name, also what another version wrote', () => {
  const kept: Preferences = { ...NONE, typing: true, screen: '{"theme":"dark","sounds":"all"}' };
  expect(changedPreferences(kept, { accent: 'rose' })).toEqual({
    screen: '{"theme":"dark","sounds":"all","accent":"rose"}',
  });
  expect(changedPreferences(kept, { typing: false })).toEqual({ typing: false });
  expect(changedPreferences(kept, { relay_access: 'onion' })).toEqual({ relayAccess: 'onion' });
  expect(settingsValue({ ...kept, relayAccess: 'onion' })).toMatchObject({ relay_access: 'onion' });
});

it.each([
  '',
  'null',
  '[]',
  '1',
  '{"theme":"pink","lock_after":-1}',
  '{"read_receipts":true}',
  'x'.repeat(99),
])('what cannot be understood has its default: %s', (screen) => {
  expect(settingsValue({ ...NONE, screen })).toEqual(DEFAULT_SETTINGS);
});
