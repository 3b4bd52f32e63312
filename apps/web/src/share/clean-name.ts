/** Controls, lone surrogates, line ends, what turns text around, and all that is drawn as nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** More marks on one letter than any script writes: they run into the lines above and below. */
const PILE = /(\p{M}{4})\p{M}+/gu;
/** What the owner of a profile takes as a name at most. */
const MAX_NAME = 64;

/** The name that a link claims, as it may be shown before the owner has looked at it; undefined when nothing is left. */
export function cleanName(claimed: string): string | undefined {
  const plain = claimed.normalize('NFC').replace(UNSEEN, '').replace(/\s+/gu, ' ').replace(PILE, '$1');
  const name = [...plain.trim()].slice(0, MAX_NAME).join('').trim();
  return name === '' ? undefined : name;
}
