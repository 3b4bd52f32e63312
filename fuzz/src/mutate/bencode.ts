import { join, type Material, mutateBytes } from './bytes.ts';
import { NUMBERS } from './interesting.ts';
import { mutateJson } from './json.ts';

/** A bencoded list of byte strings: its parts, their number, and what their lengths say. */
export function mutateBencode(bytes: Uint8Array, material: Material): Uint8Array {
  const { random, longest } = material;
  if (random.oneIn(5)) return mutateBytes(bytes, material);
  const parts = readParts(bytes);
  if (parts === undefined) return mutateBytes(bytes, material);
  const changed = writeParts(changeParts(parts, material), material);
  return changed.length > longest ? changed.subarray(0, longest) : changed;
}

function changeParts(parts: readonly Uint8Array[], material: Material): readonly Uint8Array[] {
  const { random } = material;
  const at = random.below(parts.length);
  const part = parts[at] ?? new Uint8Array(0);
  switch (random.below(8)) {
    case 0:
      return parts.toSpliced(at, 1);
    case 1:
      return [...parts, part];
    case 2:
      return parts.toReversed();
    case 3:
      return parts.with(at < parts.length ? at : -1, mutateBytes(part, material));
    default:
      return parts.with(at < parts.length ? at : -1, mutateJson(part, material));
  }
}

function writeParts(parts: readonly Uint8Array[], { random }: Material): Uint8Array {
  const pieces: Uint8Array[] = [encoder.encode('l')];
  for (const part of parts) pieces.push(encoder.encode(lengthOf(part.length)), part);
  return join(...pieces, encoder.encode('e'));

  function lengthOf(length: number): string {
    if (!random.oneIn(12)) return `${length}:`;
    const odd = [
      `0${length}:`,
      `-${length}:`,
      `+${length}:`,
      `${length}`,
      ':',
      `${length}e`,
      `${length}.0:`,
      `1e3:`,
    ];
    return random.oneIn(2)
      ? random.pick(odd)
      : `${random.oneIn(2) ? length + random.below(5) - 2 : random.pick(NUMBERS)}:`;
  }
}

function readParts(bytes: Uint8Array): readonly Uint8Array[] | undefined {
  if (bytes[0] !== 0x6c || bytes.length < 2) return undefined;
  const parts: Uint8Array[] = [];
  let at = 1;
  while (bytes[at] !== 0x65) {
    const colon = bytes.indexOf(0x3a, at);
    const length = Number(decoder.decode(bytes.subarray(at, colon)));
    if (colon < at || !Number.isInteger(length) || length < 0 || parts.length > 50) return undefined;
    parts.push(bytes.subarray(colon + 1, colon + 1 + length));
    at = colon + 1 + length;
    if (at >= bytes.length) return undefined;
  }
  return parts.length === 0 ? undefined : parts;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
