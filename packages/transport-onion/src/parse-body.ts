import { ProtocolError } from '@sotto/protocol';

/** A node's answer as one of the parsers of `protocol` reads it, or `undefined` for what it refuses. */
export function parseBody<Value>(body: unknown, parse: (body: unknown) => Value): Value | undefined {
  try {
    return parse(body);
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}
