import type { CheckValue } from '@sotto/local-api';

/** The lines of `doctor` as the daemon calls them, and what the catalogue calls them. */
const NAMES = {
  proxy: 'proxy',
  relay: 'relay',
  onion: 'onion',
  'relay connection': 'relayConnection',
  'onion connection': 'onionConnection',
  clock: 'clock',
  'onion clock': 'onionClock',
  'account record': 'record',
  'record in its swarm': 'swarm',
  guards: 'guards',
  directory: 'directory',
  'one-time keys at the relay': 'relayKeys',
  'one-time keys at the onion': 'onionKeys',
  outbox: 'outbox',
  'refused since the start': 'refused',
  runtime: 'runtime',
  profile: 'profile',
  permissions: 'permissions',
} as const;

export type CheckName = (typeof NAMES)[keyof typeof NAMES] | 'other';

/** `other` for a line that a newer program has. */
export function nameCheck(check: string): CheckName {
  return Object.hasOwn(NAMES, check) ? NAMES[check as keyof typeof NAMES] : 'other';
}

/** A directory that is in order may still come with advice: it is old. */
export function judgeCheck({ check, ok, hint }: CheckValue): 'ok' | 'problem' | 'note' {
  if (!ok) return 'problem';
  return nameCheck(check) === 'directory' && hint !== undefined ? 'note' : 'ok';
}
