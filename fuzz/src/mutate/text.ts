import { type Material, mutateBytes } from './bytes.ts';
import { NUMBERS, TEXTS } from './interesting.ts';

/** Bytes as text; a lone surrogate, which UTF-8 cannot hold, is read from the three bytes it would have. */
export function toText(bytes: Uint8Array): string {
  if (bytes.indexOf(0xed) < 0) return decoder.decode(bytes);
  let text = '';
  let from = 0;
  for (let at = bytes.indexOf(0xed); at >= 0; at = bytes.indexOf(0xed, at + 1)) {
    const [second = 0, third = 0] = [bytes[at + 1], bytes[at + 2]];
    if (second < 0xa0 || second > 0xbf || third < 0x80 || third > 0xbf) continue;
    text += decoder.decode(bytes.subarray(from, at));
    text += String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | (third & 0x3f));
    from = at + 3;
  }
  return text + decoder.decode(bytes.subarray(from));
}

/** The other way. */
export function fromText(text: string): Uint8Array {
  if (!LONE.test(text)) return encoder.encode(text);
  const bytes: number[] = [];
  for (const letter of text) {
    const code = letter.codePointAt(0) as number;
    if (code >= 0xd800 && code <= 0xdfff) {
      bytes.push(0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    } else bytes.push(...encoder.encode(letter));
  }
  return Uint8Array.from(bytes);
}

/** One change of a text: a strange piece, another case, a letter that looks the same, a number in it. */
export function mutateText(bytes: Uint8Array, material: Material): Uint8Array {
  const { random, longest } = material;
  if (random.oneIn(3)) return mutateBytes(bytes, material);
  const text = toText(bytes);
  const changed = fromText(change(text, material));
  return changed.length > longest ? changed.subarray(0, longest) : changed;
}

function change(text: string, { random, other, words }: Material): string {
  const at = random.below(text.length + 1);
  const [head, tail] = [text.slice(0, at), text.slice(at)];
  switch (random.below(12)) {
    case 0:
    case 1:
      return head + random.pick(TEXTS) + tail;
    case 2:
      return head + random.pick(TEXTS) + tail.slice(1);
    case 3:
      return head + tail.slice(0, 1 + random.small(tail.length)).toUpperCase() + tail.slice(1);
    case 4:
      return head + tail.normalize(random.pick(['NFC', 'NFD', 'NFKC', 'NFKD']));
    case 5:
      return replaceNumber(text, random.oneIn(2) ? String(random.pick(NUMBERS)) : String(random.uint32()));
    case 6:
      return head + tail.slice(0, 1 + random.small(40)).repeat(1 + random.small(40)) + tail;
    case 7:
      return head + toText(other).slice(random.below(other.length));
    case 8:
      return head + (words.length > 0 ? toText(random.pick(words)) : ' ') + tail;
    case 9:
      return text.split('').reverse().join('');
    case 10:
      return random.oneIn(2) ? ` ${text}` : `${text}\n`;
    default:
      return head + tail.slice(1 + random.small(8));
  }
}

function replaceNumber(text: string, number: string): string {
  return text.replace(/\d+/, number);
}

/** Half of a pair that is not there. */
const LONE = /\p{Surrogate}/u;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
