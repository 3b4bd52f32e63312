import type { OnProfile } from '../parse/invocation.ts';
import type { ReachOwner } from '../screens/screen.ts';
import type { Context } from './context.ts';

/** How screens get to whoever owns the profile: a running daemon, or this process itself. */
export function reachOwner(
  { profile, passphraseFile }: OnProfile,
  { terminal: { signal } }: Context,
  options: { readonly create?: boolean } = {},
): ReachOwner {
  return async () => {
    const { attach } = await import('@sotto/app-daemon');
    const attachment = await attach({
      profile,
      ...(passphraseFile === undefined ? {} : { passphraseFile }),
      ...options,
    });
    return { api: attachment.api, release: () => attachment.release({ now: signal }) };
  };
}
