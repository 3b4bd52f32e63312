/**
 * What to say of a passphrase, by its length alone: a meter that counts kinds of characters praises `P4ssw0rd!`.
 * The store derives its key slowly, which buys short ones little against a copied disk.
 */
export type PassphraseJudgement = 'tooShort' | 'middling' | 'long';

/** Below this, all there are can be tried. */
const SHORT = 10;
/** About four words. */
const LONG = 20;

export function judgePassphrase(passphrase: string): PassphraseJudgement {
  const { length } = [...passphrase];
  if (length < SHORT) return 'tooShort';
  return length < LONG ? 'middling' : 'long';
}
