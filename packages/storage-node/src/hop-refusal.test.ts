import { toHex } from '@sotto/bytes';
import { randomBytes } from '@sotto/crypto';
import { expect, it } from 'vitest';
import { asHop } from './hop-refusal.ts';
import { textReply } from './http/reply.ts';

const key = randomBytes(32);

it('names itself in its own refusals alone', () => {
  const own = asHop(textReply(503, 'Service node is not ready: too many requests'), key);
  expect(own).toEqual(textReply(503, `Snode not ready: ${toHex(key)}`));
  for (const other of [
    textReply(503, `Snode not ready: ${'ab'.repeat(32)}`),
    textReply(503, 'a server says so'),
    textReply(503, ''),
    textReply(500, 'Service node is not ready: too many requests'),
  ]) {
    expect(asHop(other, key)).toBe(other);
  }
});
