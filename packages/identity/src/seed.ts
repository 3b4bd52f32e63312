import { type Branded, type Bytes, brandBytes } from '@sotto/bytes';

/** The 32 bytes that are the account. Whoever has them is its owner; kept only until written down. */
export type Seed = Branded<'Seed'>;

/** A new account. `random` gives that many fresh bytes of the operating system's generator. */
export function createSeed(random: (length: number) => Bytes): Seed {
  return seedFromBytes(random(32));
}

/** Brand 32 bytes. Throws BytesError `wrong-length`. */
export function seedFromBytes(bytes: Uint8Array): Seed {
  return brandBytes(bytes, 32, 'Seed');
}
