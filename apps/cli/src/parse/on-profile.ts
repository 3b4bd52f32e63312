import type { FlagReader } from './flag-reader.ts';
import * as flags from './flags.ts';
import type { OnProfile } from './invocation.ts';

/** The flags of every command that works on a profile. */
export const profileFlags = [flags.profile, flags.passphraseFile];

export function onProfile(read: FlagReader): OnProfile & { readonly json: boolean } {
  const passphraseFile = read.optional(flags.passphraseFile);
  return {
    json: read.isOn(flags.json),
    profile: read.required(flags.profile),
    ...(passphraseFile === undefined ? {} : { passphraseFile }),
  };
}
