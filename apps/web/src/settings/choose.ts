import type { SettingsValue } from '@sotto/local-api';
import { changeSettings } from '../state/app-store.ts';
import { say } from '../ui/toast.tsx';
import { describeError } from '../ui/use-action.ts';

/** Keep a choice; what could not be kept springs back, and a toast says why. */
export function choose(change: Partial<SettingsValue>): void {
  changeSettings(change).catch((error: unknown) => say(describeError(error)));
}
