import type { DescMessage } from '@bufbuild/protobuf';
import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/**
 * Whether a message and the ones in it have at most so many fields together. Decoding makes an object of each
 * message, and half a mebibyte has room for a quarter million empty ones. Throws what the reader throws when the
 * bytes are no protobuf.
 */
export function hasFewFields(schema: DescMessage, bytes: Uint8Array, most: number): boolean {
  return count(partsOf(schema), bytes, most) <= most;
}

/** What a field number stands for: another message, the entry of a map to such, or nothing to look into. */
type Parts = (field: number) => Parts | undefined;

function partsOf(schema: DescMessage): Parts {
  return (number) => {
    const field = schema.fields.find((one) => one.number === number);
    if (field?.message === undefined) return field?.fieldKind === 'map' ? NO_PARTS : undefined;
    const parts = partsOf(field.message);
    if (field.fieldKind !== 'map') return parts;
    return (part) => (part === MAP_VALUE ? parts : undefined);
  };
}

const MAP_VALUE = 2;
const NO_PARTS: Parts = () => undefined;

function count(parts: Parts, bytes: Uint8Array, most: number): number {
  const reader = new BinaryReader(bytes);
  let fields = 0;
  while (reader.pos < reader.len && fields <= most) {
    const [field, type] = reader.tag();
    fields += 1;
    const inner = type === WireType.LengthDelimited ? parts(field) : undefined;
    if (inner === undefined) reader.skip(type, field);
    else fields += count(inner, reader.bytes(), most - fields);
  }
  return fields;
}
