import { asBytes, type Bytes, equalBytes } from '@sotto/bytes';
import { formatJson, ProtocolError, parseJson } from '@sotto/protocol';
import { Broken, type Read, type Target } from '../target.ts';

/** Bytes that are the same in every run. */
export function filled(length: number, byte = 7): Bytes {
  return new Uint8Array(length).fill(byte);
}

/** A sequence of bytes none of which is like the next. */
export function counted(length: number, first = 1): Bytes {
  return asBytes(Uint8Array.from({ length }, (_, index) => (first + index * 7) & 255));
}

/** What was read must be written as it came: the format has one form. */
export function mustBeExact(input: Uint8Array, written: Uint8Array): Read {
  if (!equalBytes(input, written)) throw new Broken('what was taken is written in another form');
  return 'taken';
}

/** What was read must be read again from what we write of it. */
export function mustBeStable<Value>(
  value: Value,
  write: (value: Value) => Bytes,
  read: (bytes: Bytes) => Value,
): Read {
  let written: Bytes;
  let again: Value;
  try {
    written = write(value);
    again = read(written);
  } catch (error) {
    throw new Broken(`what was taken cannot be written and read again: ${String(error)}`);
  }
  if (!isSame(again, value)) throw new Broken('what was taken reads otherwise when written again');
  return 'taken';
}

/** The same value all the way down. JSON's negative zero counts as zero: it prints like one. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (one instanceof Uint8Array) return other instanceof Uint8Array && equalBytes(one, other);
  if (one instanceof Map) return other instanceof Map && isSame([...one], [...other]);
  const [names, others] = [Object.keys(one), Object.keys(other)];
  if (names.length !== others.length || Array.isArray(one) !== Array.isArray(other)) return false;
  return names.every(
    (name) =>
      Object.hasOwn(other, name) && isSame(one[name as keyof typeof one], other[name as keyof typeof other]),
  );
}

/** What is written out of text must come back. */
export function mustBeSame(one: unknown, other: unknown, what: string): void {
  if (!isSame(one, other)) throw new Broken(what);
}

export interface BodyTarget<Value> {
  readonly name: string;
  readonly covers: readonly string[];
  readonly seeds: readonly unknown[];
  readonly parse: (value: unknown) => Value;
  /** Where this side of the wire can also write it. */
  readonly format?: (value: Value) => unknown;
  readonly words?: readonly string[];
}

/** What all bodies are read with. */
const READS_BODIES = [
  'packages/protocol/src/json.ts',
  'packages/protocol/src/relay/codecs.ts',
  'packages/protocol/src/relay/parts.ts',
  'packages/protocol/src/relay/schema.ts',
];

/** A JSON body: from bytes through the bounded parser to the schema, and back where there is a way back. */
export function bodyTarget<Value>({ seeds, parse, format, ...rest }: BodyTarget<Value>): Target {
  return {
    ...rest,
    covers: [...READS_BODIES, ...rest.covers],
    form: 'json',
    refuses: [ProtocolError],
    open: () => ({
      seeds: seeds.map(formatJson),
      read: (input) => {
        const value = parse(parseJson(input));
        if (format === undefined) return 'taken';
        return mustBeStable(
          value,
          (one) => formatJson(format(one)),
          (bytes) => parse(parseJson(bytes)),
        );
      },
    }),
  };
}
