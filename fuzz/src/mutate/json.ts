import type { Random } from '../engine/random.ts';
import { type Material, mutateBytes } from './bytes.ts';
import { NUMBERS, RAW_JSON, TEXTS } from './interesting.ts';
import { fromText, toText } from './text.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** A mark that stands for a piece of text which `JSON.stringify` would not write. */
const RAW = '@raw:';

/** One change of a document: a value of another kind, a member gone, twice, elsewhere or unheard of, depth, many. */
export function mutateJson(bytes: Uint8Array, material: Material): Uint8Array {
  const { random, longest } = material;
  if (random.oneIn(8)) return mutateBytes(bytes, material);
  const value = read(bytes);
  if (value === undefined) return mutateBytes(bytes, material);
  const changed = fromText(write(changeSomewhere(value, material), random));
  return changed.length > longest ? changed.subarray(0, longest) : changed;
}

function read(bytes: Uint8Array): Json | undefined {
  try {
    return JSON.parse(toText(bytes)) as Json;
  } catch {
    return undefined;
  }
}

function write(value: Json, random: Random): string {
  const text = JSON.stringify(value, undefined, random.oneIn(20) ? 1 : undefined) ?? 'null';
  if (!text.includes(RAW)) return text;
  return text.replace(/"@raw:(\d+)"/g, (_all, index: string) => RAW_JSON[Number(index)] ?? 'null');
}

/** Down a random way; each node may be the one that is changed. */
function changeSomewhere(value: Json, material: Material): Json {
  const { random } = material;
  if (Array.isArray(value)) {
    const list = value as readonly Json[];
    if (list.length === 0 || random.oneIn(4)) return changeList(list, material);
    const at = random.below(list.length);
    return list.map((item, index) => (index === at ? changeSomewhere(item, material) : item));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0 || random.oneIn(4)) return changeMembers(entries, material);
    const at = random.below(entries.length);
    return Object.fromEntries(
      entries.map(([name, member], index) => [
        name,
        index === at ? changeSomewhere(member, material) : member,
      ]),
    );
  }
  return random.oneIn(3) ? something(material) : changeScalar(value, material);
}

function changeList(list: readonly Json[], material: Material): Json {
  const { random } = material;
  const at = random.below(list.length + 1);
  switch (random.below(6)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(at, 0, list[random.below(list.length)] ?? something(material));
    case 2:
      return list.toSpliced(at, 0, something(material));
    case 3:
      return Array.from({ length: random.oneIn(4) ? 300 : 20 }, () => list[0] ?? null);
    case 4:
      return list.toReversed();
    default:
      return something(material);
  }
}

function changeMembers(entries: readonly (readonly [string, Json])[], material: Material): Json {
  const { random } = material;
  const at = random.below(entries.length);
  const [name, member] = entries[at] ?? ['a', null];
  const others = entries.toSpliced(at, 1);
  switch (random.below(8)) {
    case 0:
    case 1:
      return Object.fromEntries(others);
    case 2:
      return Object.fromEntries([
        ...others,
        [random.pick([name.toUpperCase(), `${name} `, '', '__proto__']), member],
      ]);
    case 3:
      return Object.fromEntries([...entries, [nameOf(material), something(material)]]);
    case 4:
      return Object.fromEntries([...others, [name, entries[random.below(entries.length)]?.[1] ?? null]]);
    case 5:
      return Object.fromEntries([...others, [name, [member]]]);
    case 6:
      return Object.fromEntries([
        ...entries,
        ...Array.from({ length: 80 }, (_, index) => [`m${index}`, member]),
      ]);
    default:
      return something(material);
  }
}

function changeScalar(value: Json, material: Material): Json {
  const { random } = material;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return random.oneIn(2) ? value + random.below(3) - 1 : random.pick(NUMBERS);
  if (typeof value !== 'string') return something(material);
  const at = random.below(value.length + 1);
  switch (random.below(7)) {
    case 0:
      return value.slice(0, at);
    case 1:
      return value.slice(0, at) + random.pick(TEXTS) + value.slice(at);
    case 2:
      return (
        value.slice(0, at) +
        random.pick(['A', '=', '-', '_', '+', '/', '0', 'é', ' ', 'g']) +
        value.slice(at + 1)
      );
    case 3:
      return value.toUpperCase();
    case 4:
      return value + value;
    case 5:
      return value.replace(/\d+/, String(random.pick(NUMBERS)));
    default:
      return value.replace(/=+$/, '');
  }
}

function nameOf({ random, words }: Material): string {
  return words.length > 0 && random.oneIn(2) ? toText(random.pick(words)) : random.pick(TEXTS);
}

function something(material: Material): Json {
  const { random, words } = material;
  switch (random.below(6)) {
    case 0:
      return random.pick(NUMBERS);
    case 1:
      return random.pick(TEXTS);
    case 2:
      return RAW + random.below(RAW_JSON.length);
    case 3:
      return random.pick([null, true, false, [], {}, [[]], [{}], { a: null }]);
    case 4:
      return words.length > 0 ? toText(random.pick(words)) : random.below(100);
    default:
      return read(material.other) ?? null;
  }
}
