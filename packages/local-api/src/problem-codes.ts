/**
 * Why a message failed or waits, by name: a screen says it in its own language. Where a number belongs to
 * it, that is in `stored_on` and `of`. A newer owner may name others, for which a screen has a general text.
 */
export const PROBLEM_CODES = [
  'replaced',
  'maybe-replaced',
  'used-elsewhere',
  'not-taken-in',
  'they-have-no-relay',
  'no-relay',
  'no-onion',
  'no-onion-for-theirs',
  'wrong-relay-key',
  'untrusted-relay',
  'bound-to-relay',
  'bound-to-onion',
  'relay-behind-onion',
  'refused-by-relay-waits-for-onion',
  'refused-by-onion-waits-for-relay',
  'refused-by-relay',
  'refused-by-onion',
  'refused-by-both',
  'refused-by-relay-unknown-to-onion',
  'refused-by-onion-unknown-to-relay',
  'too-large-for-relay',
  'too-large-for-onion',
  'too-large-for-both',
  'too-large-for-relay-unknown-to-onion',
  'too-large-for-onion-unknown-to-relay',
  'unknown-account',
  'account-lost',
  'account-lost-to-relay',
  'account-not-seen',
  'contact-warning',
  'record-unproven',
  'record-expired',
  'bad-keys',
  'too-large',
  'too-few-nodes',
  'files-need-onion',
  'file-waits',
  'file-refused',
  'file-gone',
  'file-damaged',
  'file-unknown-kind',
  'file-cancelled',
  'expired',
  'blocked',
  /** An earlier version wrote down a sentence, which is in `problem`. */
  'other',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/**
 * Why nothing comes through the onion network, or why nothing is sent to the relay, by name. A newer owner may
 * name others.
 */
export const ROAD_PROBLEM_CODES = [
  'no-guard',
  'no-path',
  'other-list',
  'wrong-relay-key',
  'untrusted-relay',
] as const;
export type RoadProblemCode = (typeof ROAD_PROBLEM_CODES)[number];
