import { join, type Material, mutateBytes } from './bytes.ts';
import { NUMBERS } from './interesting.ts';
import { mutateJson } from './json.ts';

/** A frame of the onion network: four bytes of length, so many bytes, JSON. Each part, or what parts them. */
export function mutateLayer(bytes: Uint8Array, material: Material): Uint8Array {
  const { random, longest } = material;
  if (bytes.length < 4 || random.oneIn(8)) return mutateBytes(bytes, material);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  const blob = bytes.subarray(4, 4 + length);
  const json = bytes.subarray(4 + length);
  const kind = random.below(8);
  const newBlob = kind === 0 ? mutateBytes(blob, material) : kind === 1 ? new Uint8Array(0) : blob;
  const newJson = kind > 2 ? mutateJson(json, material) : json;
  const said = kind === 2 ? sayLength(newBlob.length, material) : newBlob.length;
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, said, true);
  const changed = join(head, newBlob, newJson);
  return changed.length > longest ? changed.subarray(0, longest) : changed;
}

function sayLength(length: number, { random }: Material): number {
  return random.oneIn(2) ? Math.max(0, length + random.below(9) - 4) : random.pick(NUMBERS);
}
