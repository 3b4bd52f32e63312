import { utf8 } from '@sotto/bytes';
import { MAX_NAME_BYTES } from '@sotto/protocol';

/** Controls, lone surrogates, line ends, and all that is drawn as nothing (UAX #44, and blank braille). */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Scripts whose letters are joined or parted by U+200C and U+200D (Unicode core specification §23.2). */
const JOINED =
  '\\p{scx=Arab}\\p{scx=Beng}\\p{scx=Deva}\\p{scx=Gujr}\\p{scx=Guru}\\p{scx=Khmr}\\p{scx=Knda}' +
  '\\p{scx=Mlym}\\p{scx=Mymr}\\p{scx=Orya}\\p{scx=Sinh}\\p{scx=Taml}\\p{scx=Telu}';

/** Unseen characters in the one place where they change what is seen: between such letters, in emoji. */
const USEFUL = new RegExp(
  [
    `(?<=[${JOINED}])[\\u200c\\u200d](?=[${JOINED}])`,
    '(?<=\\p{Extended_Pictographic}[\\p{Emoji_Modifier}\\ufe0f]?)\\u200d(?=\\p{Extended_Pictographic})',
    '(?<=\\p{Extended_Pictographic})\\ufe0f',
    '(?<=[0-9#*])\\ufe0f(?=\\u20e3)',
  ].join('|'),
  'gu',
);

/** Why a text is no name, in words for the user; undefined when it is one. */
export function whyNoName(text: string): string | undefined {
  if (text.trim() === '' || utf8(text).length > MAX_NAME_BYTES) {
    return `a name has 1 to ${MAX_NAME_BYTES} bytes of text`;
  }
  // Two names that look alike must not differ, and none may look empty or turn the text around it.
  return UNSEEN.test(text.replace(USEFUL, '')) ? 'a name has no control or invisible characters' : undefined;
}
