import type { Random } from '../engine/random.ts';
import { join, type Material, mutateBytes } from './bytes.ts';
import { NUMBERS } from './interesting.ts';

/** A field on the wire. Values of the kinds that we do not look into are kept as they stand. */
interface Field {
  readonly number: number;
  readonly wire: number;
  readonly value: bigint | Uint8Array;
}

const MOST_FIELDS = 200;

/** One change of a message as the wire has it: a field gone, twice, of another number, kind or length, or deeper. */
export function mutateProtobuf(bytes: Uint8Array, material: Material): Uint8Array {
  const { random, longest } = material;
  if (random.oneIn(6)) return mutateBytes(bytes, material);
  const fields = readFields(bytes);
  if (fields === undefined) return mutateBytes(bytes, material);
  const changed = writeFields(changeFields(fields, material, 0), random);
  return changed.length > longest ? changed.subarray(0, longest) : changed;
}

function changeFields(fields: readonly Field[], material: Material, depth: number): readonly Field[] {
  const { random } = material;
  const at = random.below(fields.length);
  const field = fields[at];
  if (field === undefined) return [newField(material)];
  const value = field.value;
  // Down into what may be a message, four times of five.
  if (typeof value !== 'bigint' && value.length > 1 && depth < 6 && !random.oneIn(5)) {
    const inner = field.wire === 2 ? readFields(value) : undefined;
    if (inner !== undefined && inner.length > 0) {
      return fields.with(at, {
        ...field,
        value: writeFields(changeFields(inner, material, depth + 1), random),
      });
    }
  }
  switch (random.below(10)) {
    case 0:
    case 1:
      return fields.toSpliced(at, 1);
    case 2:
      return fields.toSpliced(random.below(fields.length + 1), 0, field);
    case 3:
      return fields.with(at, {
        ...field,
        number: random.oneIn(2) ? random.below(16) : 1 + random.below(300),
      });
    case 4:
      return [...fields, newField(material)];
    case 5:
      return fields.toReversed();
    case 6:
      return random.oneIn(4) ? Array.from({ length: MOST_FIELDS }, () => field) : [...fields, ...fields];
    case 7:
      return fields.with(at, newField(material, field.number));
    default:
      return fields.with(at, { ...field, value: changeValue(value, material) });
  }
}

function changeValue(value: Field['value'], material: Material): Field['value'] {
  const { random } = material;
  if (typeof value !== 'bigint') return random.oneIn(8) ? new Uint8Array(0) : mutateBytes(value, material);
  return random.oneIn(3) ? value + BigInt(random.below(3)) - 1n : numberOf(random);
}

function numberOf(random: Random): bigint {
  return BigInt(Math.trunc(random.pick(NUMBERS)));
}

function newField({ random, other, words }: Material, number = 1 + random.below(20)): Field {
  const wire = random.pick([0, 0, 2, 2, 2, 1, 5]);
  if (wire === 0) return { number, wire, value: numberOf(random) };
  if (wire === 1) return { number, wire, value: random.bytes(8) };
  if (wire === 5) return { number, wire, value: random.bytes(4) };
  const from = random.below(other.length);
  const some = [
    new Uint8Array(0),
    random.bytes(random.pick([1, 16, 32, 33, 64])),
    other.subarray(from, from + 40),
  ];
  return {
    number,
    wire,
    value: words.length > 0 && random.oneIn(4) ? random.pick(words) : random.pick(some),
  };
}

/** Undefined for what is no list of fields to its end. */
function readFields(bytes: Uint8Array): readonly Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = readVarint(bytes, at);
    if (tag === undefined || fields.length > MOST_FIELDS) return undefined;
    at = tag.end;
    const [number, wire] = [Number(tag.value >> 3n), Number(tag.value & 7n)];
    if (number === 0 || number > 0x1fff_ffff) return undefined;
    if (wire === 0) {
      const value = readVarint(bytes, at);
      if (value === undefined) return undefined;
      at = value.end;
      fields.push({ number, wire, value: value.value });
      continue;
    }
    const length = wire === 1 ? 8 : wire === 5 ? 4 : undefined;
    const said = length === undefined && wire === 2 ? readVarint(bytes, at) : undefined;
    const size = length ?? (said === undefined ? undefined : Number(said.value));
    const start = said?.end ?? at;
    if (size === undefined || size > bytes.length - start) return undefined;
    fields.push({ number, wire, value: bytes.subarray(start, start + size) });
    at = start + size;
  }
  return fields;
}

function writeFields(fields: readonly Field[], random: Random): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { number, wire, value } of fields) {
    parts.push(varint((BigInt(number) << 3n) | BigInt(wire), random));
    if (typeof value === 'bigint') parts.push(varint(value, random));
    else if (wire === 2)
      parts.push(varint(BigInt(value.length + (random.oneIn(200) ? 1 : 0)), random), value);
    else parts.push(value);
  }
  return join(...parts);
}

/** Sometimes longer than it needs to be, which readers accept and writers never do. */
function varint(value: bigint, random: Random): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  if (bytes.length < 9 && random.oneIn(300)) {
    bytes.push((bytes.pop() as number) | 0x80, 0);
  }
  return Uint8Array.from(bytes);
}

function readVarint(
  bytes: Uint8Array,
  from: number,
): { readonly value: bigint; readonly end: number } | undefined {
  let value = 0n;
  for (let index = 0; index < 10; index++) {
    const byte = bytes[from + index];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value, end: from + index + 1 };
  }
  return undefined;
}
