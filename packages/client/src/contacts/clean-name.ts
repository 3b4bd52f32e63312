import { whyNoName } from '@sotto/identity';
import { MAX_NAME_LENGTH } from '../constants.ts';

/** Controls, lone surrogates, line ends, what turns text around, and all that is drawn as nothing. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** More marks on one letter than any script writes: they run into the lines above and below. */
const PILE = /(\p{M}{4})\p{M}+/gu;

/** One way to write what looks the same: composed letters, plain and single spaces. */
export function settleName(text: string): string {
  return text
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
}

/**
 * A name as it may be shown: one line, trimmed, at most 64 characters and what identity calls a name.
 * Undefined when nothing is left. Names of others come from their devices, so they are cleaned and
 * never refused.
 */
export function cleanName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const settled = cut(settleName(text));
  // Some unseen characters are of use where they stand: in emoji, and between letters that join.
  const cleaned = whyNoName(settled) === undefined ? settled : cut(settleName(settled.replace(UNSEEN, '')));
  return cleaned === '' ? undefined : cleaned;
}

function cut(text: string): string {
  return [...text.replace(PILE, '$1')].slice(0, MAX_NAME_LENGTH).join('').trim();
}

/** How names are compared: as most people would, and alike on every machine. */
export function foldName(name: string): string {
  return settleName(name).toLowerCase().normalize('NFC');
}
