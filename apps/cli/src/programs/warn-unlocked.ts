import type { OnProfile } from '../parse/invocation.ts';
import type { Context } from './context.ts';

/** Whoever gives a passphrase believes that the profile is locked; say so when it is not. */
export async function warnUnlocked(
  { profile, passphraseFile }: OnProfile,
  { output }: Context,
): Promise<void> {
  if (passphraseFile === undefined) return;
  const { isUnlocked } = await import('@sotto/app-daemon');
  if (await isUnlocked(profile)) {
    output.note(
      'warning: this profile is not locked; it was made without a passphrase, and the one given is not used',
    );
  }
}
