import { formatJson, HEADER } from '@sotto/protocol';
import type { Ask } from './connection.ts';

/** A request with a JSON body. */
export function jsonAsk(
  verb: 'PUT' | 'POST',
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Ask {
  return {
    verb,
    path,
    headers: { [HEADER.contentType]: 'application/json', ...headers },
    body: formatJson(body),
  };
}
