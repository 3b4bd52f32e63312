/** Shorter runs hold no canary. */
const SHORTEST = 9;

/**
 * Text of two bytes a character (UTF-16, as engines and operating systems keep it, in either order of bytes) with the
 * zeros taken out, so that everything can be looked for in it that is looked for elsewhere. Runs are apart by zeros.
 */
export function wideTextIn(bytes: Buffer): Buffer {
  const narrow = Buffer.allocUnsafe((bytes.length >> 1) + SHORTEST);
  let length = 0;
  for (let at = 1; at < bytes.length; ) {
    if (bytes[at] !== 0 || bytes[at - 1] === 0) {
      at++;
      continue;
    }
    const start = length;
    for (; at < bytes.length && bytes[at] === 0 && bytes[at - 1] !== 0; at += 2) {
      narrow[length++] = bytes[at - 1] as number;
    }
    // The last one may stand before something else.
    if (at <= bytes.length && bytes[at - 1] !== 0) narrow[length++] = bytes[at - 1] as number;
    if (length - start < SHORTEST) length = start;
    else narrow[length++] = 0;
  }
  return narrow.subarray(0, length);
}
