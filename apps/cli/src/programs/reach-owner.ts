import type { OnProfile } from '../parse/invocation.ts';
import { noteWhenSlow } from '../screens/note-when-slow.ts';
import type { ReachOwner } from '../screens/screen.ts';
import type { Context } from './context.ts';
import { warnUnlocked } from './warn-unlocked.ts';

/** How screens get to whoever owns the profile: a running daemon, or this process itself. */
export function reachOwner(
  on: OnProfile,
  context: Context,
  options: { readonly create?: boolean } = {},
): ReachOwner {
  const { profile, passphraseFile, proxy } = on;
  const { output, terminal } = context;
  let warned = false;
  return async () => {
    const { attach } = await import('@sotto/app-daemon');
    if (!warned) await warnUnlocked(on, context);
    warned = true;
    const attachment = await noteWhenSlow(output, 'waiting for the process that owns the profile', () =>
      attach({
        profile,
        ...(passphraseFile === undefined ? {} : { passphraseFile }),
        ...(proxy === undefined ? {} : { proxy }),
        ...options,
      }),
    );
    return { api: attachment.api, release: () => attachment.release({ now: terminal.signal }) };
  };
}
