import { MAX_NAME_LENGTH } from '../constants.ts';

/** Control characters, lone surrogates, line ends and what turns text around: nothing a name needs. */
const UNWANTED = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * A name as it may be shown: one line, trimmed, at most 64 characters. Undefined when nothing is left.
 * Names of others come from their devices, so they are cleaned and never refused.
 */
export function cleanName(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const cleaned = [...text.replace(UNWANTED, '').trim()].slice(0, MAX_NAME_LENGTH).join('').trim();
  return cleaned === '' ? undefined : cleaned;
}
