import { fromBase64, fromUtf8 } from '@sotto/bytes';
import { z } from 'zod';

export interface Policy {
  /** Milliseconds. */
  readonly expiration: number;
  readonly conditions: readonly Condition[];
  readonly length: { readonly minLength: number; readonly maxLength: number };
}

/** What a field of the form must be. */
export interface Condition {
  /** In lower case. */
  readonly field: string;
  matches(value: string): boolean;
}

const text = z.string().max(1_024);
const size = z.int().min(0);
const policy = z.object({
  expiration: z.iso.datetime(),
  conditions: z
    .array(
      z.union([
        z.record(text, text),
        z.tuple([z.literal('content-length-range'), size, size]),
        z.tuple([z.enum(['eq', 'starts-with']), text.startsWith('$'), text]),
      ]),
    )
    .max(32),
});

/** A POST policy in base64 (AWS: "POST Policy"). Undefined when it is none, or does not bound the length. */
export function parsePolicy(base64: string): Policy | undefined {
  const parsed = policy.safeParse(readJson(base64));
  if (!parsed.success) return undefined;
  const conditions: Condition[] = [];
  let length: Policy['length'] | undefined;
  for (const condition of parsed.data.conditions) {
    if (!Array.isArray(condition)) {
      for (const [field, wanted] of Object.entries(condition)) conditions.push(mustBe(field, wanted));
    } else if (condition[0] === 'content-length-range') {
      length = { minLength: condition[1], maxLength: condition[2] };
    } else {
      const [kind, field, wanted] = condition;
      conditions.push(kind === 'eq' ? mustBe(field.slice(1), wanted) : mustBegin(field.slice(1), wanted));
    }
  }
  if (length === undefined || !conditions.some(({ field }) => field === 'key')) return undefined;
  return { expiration: Date.parse(parsed.data.expiration), conditions, length };
}

function mustBe(field: string, wanted: string): Condition {
  return { field: field.toLowerCase(), matches: (value) => value === wanted };
}

function mustBegin(field: string, wanted: string): Condition {
  return { field: field.toLowerCase(), matches: (value) => value.startsWith(wanted) };
}

function readJson(base64: string): unknown {
  try {
    return JSON.parse(fromUtf8(fromBase64(base64)));
  } catch {
    return undefined;
  }
}
