/** The longest text, in bytes of UTF-8: by itself, and with files, whose names and keys travel in the same seal. */
export const MAX_TEXT_BYTES = 65_536;
const MAX_TEXT_BYTES_BESIDE_FILES = 32_768;
/** So many bytes before the end the composer says how much is left. */
const WARNED_BYTES = 5_536;

const encoder = new TextEncoder();

/** Bytes that are left; undefined while there is no need to say. Negative when it is too long. */
export function bytesLeft(text: string, files: number): number | undefined {
  const limit = files > 0 ? MAX_TEXT_BYTES_BESIDE_FILES : MAX_TEXT_BYTES;
  // One unit is three bytes at the most: most texts need no counting.
  if (text.length * 3 < limit - WARNED_BYTES) return undefined;
  const left = limit - encoder.encode(text).length;
  return left < WARNED_BYTES ? left : undefined;
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
