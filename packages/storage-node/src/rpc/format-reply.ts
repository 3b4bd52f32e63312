import { randomBytes } from 'node:crypto';
import { type Bytes, utf8 } from '@sotto/bytes';
import type { RpcReply } from './rpc-reply.ts';

/**
 * Swarm IDs have 64 bits and are written as bare digits, which JSON.stringify cannot do: they are
 * marked by a text that nobody can guess and put in afterwards.
 */
const MARK = `u64-${randomBytes(16).toString('hex')}-`;
const MARKED = new RegExp(`"${MARK}(\\d+)"`, 'g');

/** The text of a reply: JSON, or the words of an error as they are. */
export function formatReply({ body }: RpcReply): Bytes {
  if (typeof body === 'string') return utf8(body);
  const text = JSON.stringify(body, (_, value: unknown) =>
    typeof value === 'bigint' ? `${MARK}${value}` : value,
  );
  return utf8(text.includes(MARK) ? text.replace(MARKED, '$1') : text);
}
