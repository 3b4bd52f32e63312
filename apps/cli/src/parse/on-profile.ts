import type { FlagReader } from './flag-reader.ts';
import * as flags from './flags.ts';
import type { OnProfile } from './invocation.ts';

/**
 * The flags of every command that works on a profile. The proxy too: while a command owns the profile,
 * others attach to it, and what they ask for is dialled from here.
 */
export const profileFlags = [flags.profile, flags.passphraseFile, flags.proxy];

export function onProfile(read: FlagReader): OnProfile & { readonly json: boolean } {
  const passphraseFile = read.optional(flags.passphraseFile);
  const proxy = read.optional(flags.proxy);
  return {
    json: read.isOn(flags.json),
    profile: read.required(flags.profile),
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
    ...(proxy === undefined ? {} : { proxy }),
  };
}
