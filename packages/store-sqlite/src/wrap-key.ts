import { randomBytes } from 'node:crypto';
import { type Bytes, BytesError, fromHex, fromUtf8, Secret, toHex, utf8, wipeBytes } from '@sotto/bytes';
import { argon2id, xchacha20Poly1305Open, xchacha20Poly1305Seal } from '@sotto/crypto';
import { z } from 'zod';
import { StoreError } from './errors.ts';

/** What one guess at a passphrase costs. */
export interface PassphraseCost {
  readonly memoryBytes: number;
  readonly passes: number;
}

const MIB = 1024 * 1024;

/**
 * 256 MiB and six passes take about 0.7 s on a desktop core of 2026. The promise is at least 256 MiB
 * and half a second for each guess on such a machine; memory is what costs a guesser with special
 * hardware most, passes make up the time.
 */
export const DEFAULT_COST: PassphraseCost = { memoryBytes: 256 * MIB, passes: 6 };

/** A key file that somebody else wrote must not be able to ask for all memory or an hour of work. */
const MAX_MEMORY = 1024 * MIB;
const MIN_MEMORY = 8 * 1024;
const MAX_PASSES = 64;

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`));

/** `key.json`. The nonce is random; the tag also covers version, parameters and salt. */
const wrappedKey = z.strictObject({
  v: z.literal(1),
  kdf: z.literal('argon2id'),
  memory_bytes: z.int().min(MIN_MEMORY).max(MAX_MEMORY),
  passes: z.int().min(1).max(MAX_PASSES),
  salt: hex(16),
  nonce: hex(24),
  wrapped: hex(48),
});
type WrappedKey = z.infer<typeof wrappedKey>;

/** The file that holds `key` for those who know the passphrase. */
export function wrapKey(key: Secret, passphrase: string, cost: PassphraseCost): Bytes {
  const terms = {
    v: 1,
    kdf: 'argon2id',
    memory_bytes: cost.memoryBytes,
    passes: cost.passes,
    salt: toHex(randomBytes(16)),
  } as const;
  const wrapping = wrappingKey(passphrase, terms);
  const nonce = randomBytes(24);
  const wrapped = xchacha20Poly1305Seal({
    key: wrapping,
    nonce,
    plaintext: key.expose(),
    ad: boundTo(terms),
  });
  wipeBytes(wrapping);
  const file: WrappedKey = { ...terms, nonce: toHex(nonce), wrapped: toHex(wrapped) };
  return utf8(`${JSON.stringify(file, null, 2)}\n`);
}

/** Throws StoreError `damaged` for a file that is not one of ours, `wrong-passphrase` otherwise. */
export function unwrapKey(file: Bytes, passphrase: string): Secret {
  const kept = parse(file);
  const wrapping = wrappingKey(passphrase, kept);
  const key = xchacha20Poly1305Open({
    key: wrapping,
    nonce: fromHex(kept.nonce),
    ciphertext: fromHex(kept.wrapped),
    ad: boundTo(kept),
  });
  wipeBytes(wrapping);
  if (!key) throw new StoreError('wrong-passphrase', 'the passphrase is wrong');
  return new Secret(key);
}

function parse(file: Bytes): WrappedKey {
  try {
    return wrappedKey.parse(JSON.parse(fromUtf8(file)));
  } catch (error) {
    if (error instanceof z.ZodError || error instanceof SyntaxError || error instanceof BytesError) {
      throw new StoreError('damaged', 'the key file is damaged');
    }
    throw error;
  }
}

type Terms = Pick<WrappedKey, 'v' | 'kdf' | 'memory_bytes' | 'passes' | 'salt'>;

/** NFC, so that the same passphrase typed on another system gives the same bytes. */
function wrappingKey(passphrase: string, terms: Terms): Bytes {
  return argon2id({
    password: utf8(passphrase.normalize('NFC')),
    salt: fromHex(terms.salt),
    memoryBytes: terms.memory_bytes,
    passes: terms.passes,
    length: 32,
  });
}

function boundTo({ v, kdf, memory_bytes, passes, salt }: Terms): Bytes {
  return utf8(`sotto profile key v${v}\n${kdf} ${memory_bytes} ${passes} ${salt}`);
}
