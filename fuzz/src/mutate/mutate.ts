import type { Form } from '../target.ts';
import { mutateBencode } from './bencode.ts';
import { type Material, mutateBytes } from './bytes.ts';
import { mutateJson } from './json.ts';
import { mutateLayer } from './layer.ts';
import { mutateProtobuf } from './protobuf.ts';
import { mutateText } from './text.ts';
import { mutateWords } from './words.ts';

type Mutator = (bytes: Uint8Array, material: Material) => Uint8Array;

const MUTATORS: Readonly<Record<Form, Mutator>> = {
  bytes: mutateBytes,
  text: mutateText,
  json: mutateJson,
  protobuf: mutateProtobuf,
  layer: mutateLayer,
  bencode: mutateBencode,
  words: mutateWords,
  http: mutateText,
};

/** A new input out of an old one: mostly one or two changes, now and then a dozen. */
export function mutate(form: Form, bytes: Uint8Array, material: Material): Uint8Array {
  const { random } = material;
  let changed = bytes;
  const steps = random.oneIn(10) ? 1 + random.below(12) : 1 + random.below(2);
  for (let step = 0; step < steps; step++) changed = MUTATORS[form](changed, material);
  return changed;
}
