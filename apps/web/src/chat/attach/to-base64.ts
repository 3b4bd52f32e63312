/** Arguments that every engine takes at once. */
const AT_ONCE = 0x8000;

/** Standard base64 of bytes, as pieces of files travel to the owner of the profile. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let from = 0; from < bytes.length; from += AT_ONCE) {
    text += String.fromCharCode(...bytes.subarray(from, from + AT_ONCE));
  }
  return btoa(text);
}
