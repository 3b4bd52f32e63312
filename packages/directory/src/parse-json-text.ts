import type { z } from 'zod';
import { DirectoryError } from './errors.ts';

/** The most nodes in pretty JSON are below 900 KB. */
const LONGEST = 2 * 1024 * 1024;

/** Read JSON of one shape. Throws DirectoryError `bad-json`, whose `facts.field` is a name of our own schema. */
export function parseJsonText<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
  what: string,
): z.infer<Schema> {
  if (text.length > LONGEST) throw new DirectoryError('bad-json', `this is not ${what}: it is too long`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DirectoryError('bad-json', `this is not ${what}: it is not JSON`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join('.') ?? '';
  const where = field === '' ? 'it has another shape' : `look at ${field}`;
  throw new DirectoryError('bad-json', `this is not ${what}: ${where}`, { field });
}
