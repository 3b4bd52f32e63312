import type { Random } from '../engine/random.ts';
import { NUMBERS } from './interesting.ts';

/** What a mutator may use besides the input itself. */
export interface Material {
  readonly random: Random;
  /** Another input of the corpus. */
  readonly other: Uint8Array;
  readonly words: readonly Uint8Array[];
  readonly longest: number;
}

type Step = (bytes: Uint8Array, material: Material) => Uint8Array;

/** One blind change: a bit, a number, a piece gone, twice, elsewhere or from somebody else. */
export function mutateBytes(bytes: Uint8Array, material: Material): Uint8Array {
  const changed = material.random.pick(STEPS)(bytes, material);
  return changed.length > material.longest ? changed.subarray(0, material.longest) : changed;
}

const flipBit: Step = (bytes, { random }) => {
  if (bytes.length === 0) return random.bytes(1);
  const copy = bytes.slice();
  const at = random.below(copy.length);
  copy[at] = (copy[at] as number) ^ (1 << random.below(8));
  return copy;
};

const setByte: Step = (bytes, { random }) => {
  if (bytes.length === 0) return random.bytes(1);
  const copy = bytes.slice();
  copy[random.below(copy.length)] = random.oneIn(2)
    ? random.below(256)
    : random.pick([0, 1, 0x7f, 0x80, 0xff]);
  return copy;
};

/** A length field nearby gets a number that it does not expect, of 1 to 8 bytes, in either order. */
const setNumber: Step = (bytes, { random }) => {
  const width = random.pick([1, 2, 4, 8]);
  if (bytes.length < width) return bytes;
  const copy = bytes.slice();
  const view = new DataView(copy.buffer, copy.byteOffset);
  // Length fields stand near the front more often than elsewhere.
  const at = random.below(Math.min(copy.length - width + 1, random.oneIn(2) ? 24 : copy.length));
  const number = random.oneIn(3) ? bytes.length + random.below(5) - 2 : random.pick(NUMBERS);
  const little = random.oneIn(2);
  if (width === 1) view.setUint8(at, number);
  else if (width === 2) view.setUint16(at, number, little);
  else if (width === 4) view.setUint32(at, number, little);
  else view.setBigUint64(at, BigInt.asUintN(64, BigInt(Math.trunc(number))), little);
  return copy;
};

const addOne: Step = (bytes, { random }) => {
  if (bytes.length === 0) return bytes;
  const copy = bytes.slice();
  const at = random.below(copy.length);
  copy[at] = (copy[at] as number) + (random.oneIn(2) ? 1 : 255);
  return copy;
};

const cut: Step = (bytes, { random }) => {
  const at = random.below(bytes.length + 1);
  return join(bytes.subarray(0, at), bytes.subarray(at + 1 + random.small(bytes.length)));
};

const truncate: Step = (bytes, { random }) =>
  random.oneIn(4) ? bytes.slice(random.below(bytes.length)) : bytes.slice(0, random.below(bytes.length));

const insert: Step = (bytes, { random }) => {
  const at = random.below(bytes.length + 1);
  const length = 1 + random.small(64);
  const piece = random.oneIn(2)
    ? random.bytes(length)
    : new Uint8Array(length).fill(random.pick([0, 0x20, 0xff, 0x30]));
  return join(bytes.subarray(0, at), piece, bytes.subarray(at));
};

const repeat: Step = (bytes, { random, longest }) => {
  const from = random.below(bytes.length);
  const piece = bytes.subarray(from, from + 1 + random.small(bytes.length));
  const times = 1 + (random.oneIn(10) ? random.below(300) : random.below(3));
  const fits = Math.max(1, Math.min(times, Math.floor(longest / Math.max(1, piece.length))));
  return join(bytes.subarray(0, from), ...Array.from({ length: fits }, () => piece), bytes.subarray(from));
};

const move: Step = (bytes, { random }) => {
  const [from, to] = [random.below(bytes.length), random.below(bytes.length)];
  const piece = bytes.slice(from, from + 1 + random.small(bytes.length));
  const rest = join(bytes.subarray(0, from), bytes.subarray(from + piece.length));
  return join(rest.subarray(0, to), piece, rest.subarray(to));
};

const splice: Step = (bytes, { random, other }) =>
  join(bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1)));

const overwrite: Step = (bytes, { random, other }) => {
  if (bytes.length === 0 || other.length === 0) return bytes;
  const copy = bytes.slice();
  const from = random.below(other.length);
  const piece = other.subarray(from, from + 1 + random.small(other.length));
  const at = random.below(copy.length);
  copy.set(piece.subarray(0, copy.length - at), at);
  return copy;
};

const word: Step = (bytes, { random, words }) => {
  if (words.length === 0) return bytes;
  const at = random.below(bytes.length + 1);
  const chosen = random.pick(words);
  const over = random.oneIn(2) ? chosen.length : 0;
  return join(bytes.subarray(0, at), chosen, bytes.subarray(at + over));
};

const STEPS: readonly Step[] = [
  ...[flipBit, flipBit, setByte, setNumber, setNumber, addOne, cut, truncate],
  ...[insert, repeat, move, splice, overwrite, word],
];

export function join(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
