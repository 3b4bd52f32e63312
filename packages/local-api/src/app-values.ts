import { z } from 'zod';
import { networkSummary } from './network-values.ts';

/** What the page shows first. */
export const appStage = z.enum([
  /** The store is shut, or the screen is locked: only the passphrase opens it. */
  'locked',
  /** There is no account yet. */
  'none',
  /** Keys were made, and no road has taken the account in yet: creating again goes on with them. */
  'incomplete',
  'ready',
]);
export type AppStageValue = z.infer<typeof appStage>;

/** What a page needs to know before anything else. Says nothing about the account. */
export const appState = z.object({
  stage: appStage,
  /** What the app was started as, for empty profiles and the title; the folder's last name. */
  label: z.string(),
  /** The network that the app was started with; null when the person has to give one. */
  network: networkSummary.nullable(),
  version: z.string(),
  /** SHA-256 of the page's files, as served by this process, in hex. */
  build: z.string(),
  /** The profile opens with a passphrase only. */
  has_passphrase: z.boolean(),
});
export type AppStateValue = z.infer<typeof appState>;

/** What the person has chosen on this device. Kept in the profile's encrypted store. */
export const settings = z.object({
  language: z.enum(['system', 'en', 'de', 'ar']),
  theme: z.enum(['system', 'light', 'dark']),
  accent: z.enum(['teal', 'blue', 'violet', 'rose', 'amber', 'graphite']),
  text_size: z.enum(['small', 'normal', 'large', 'largest']),
  /** Enter sends and Shift+Enter begins a line; otherwise the other way round. */
  enter_sends: z.boolean(),
  /** Both sides must have it on. Off until switched on. */
  read_receipts: z.boolean(),
  typing: z.boolean(),
  /** How the own relay is asked by what must not say who asks. `onion` needs a network with storage nodes. */
  relay_access: z.enum(['direct', 'onion']),
  /** What a notification says: never more than a name. */
  notifications: z.enum(['off', 'hidden', 'name']),
  /** Cover the screen when the window loses the focus, is hidden, or is idle. */
  shield: z.boolean(),
  /** Minutes without a touch after which the app locks, where it has a passphrase; 0: never. */
  lock_after: z.int().min(0).max(1440),
  /** Until when the reminder to save the words is put off. */
  words_reminder_after: z.int().nonnegative(),
});
export type SettingsValue = z.infer<typeof settings>;

/** What holds until the person chooses something else. */
export const DEFAULT_SETTINGS: SettingsValue = {
  language: 'system',
  theme: 'system',
  accent: 'teal',
  text_size: 'normal',
  enter_sends: true,
  read_receipts: false,
  typing: false,
  relay_access: 'direct',
  notifications: 'hidden',
  shield: false,
  lock_after: 0,
  words_reminder_after: 0,
};

/** Settings as they were kept; what is missing or not understood has its default. */
export function readSettings(value: unknown): SettingsValue {
  const kept = z.record(z.string(), z.unknown()).safeParse(value);
  const merged: Record<string, unknown> = { ...DEFAULT_SETTINGS };
  for (const [name, field] of Object.entries(settings.shape)) {
    const parsed = field.safeParse(kept.success ? kept.data[name] : undefined);
    if (parsed.success) merged[name] = parsed.data;
  }
  return settings.parse(merged);
}
