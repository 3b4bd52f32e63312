/** The longest text, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 65_536;
/** From here on the composer says how much is left. */
const WARN_BYTES = 60_000;

const encoder = new TextEncoder();

/** Bytes that are left; undefined while there is no need to say. Negative when it is too long. */
export function bytesLeft(text: string): number | undefined {
  // One unit is three bytes at the most: most texts need no counting.
  if (text.length * 3 < WARN_BYTES) return undefined;
  const left = MAX_TEXT_BYTES - encoder.encode(text).length;
  return left < MAX_TEXT_BYTES - WARN_BYTES ? left : undefined;
}

/** Lines and characters that a bubble shows before "Show all". */
const LONG_LINES = 30;
const LONG_CHARACTERS = 2_000;

/** The beginning of a long text, cut between characters; undefined for one that is shown whole. */
export function shortened(text: string): string | undefined {
  let end = -1;
  for (let line = 0; line < LONG_LINES; line++) {
    end = text.indexOf('\n', end + 1);
    if (end === -1) break;
  }
  const cut = Math.min(end === -1 ? text.length : end, LONG_CHARACTERS);
  // A little more is not worth a press.
  if (text.length - cut < 200 && end === -1) return undefined;
  if (cut === text.length) return undefined;
  const code = text.charCodeAt(cut - 1);
  return text.slice(0, code >= 0xd800 && code <= 0xdbff ? cut - 1 : cut);
}
