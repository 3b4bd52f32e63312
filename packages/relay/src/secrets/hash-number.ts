import { type Bytes, type Secret, utf8 } from '@sotto/bytes';
import { hmacSha256 } from '@sotto/crypto';

/**
 * How the relay knows a number again without keeping it. Numbers are so few that whoever has the key can try them all: it
 * keeps them from readers of the database, not from the operator (docs/decisions/0017-phone-numbers.md).
 */
export type HashNumber = (number: string) => Bytes;

/** HMAC-SHA256 of the number in E.164. */
export function createHashNumber({ numberKey }: { readonly numberKey: Secret }): HashNumber {
  return (number) => hmacSha256(numberKey.expose(), utf8(number));
}
