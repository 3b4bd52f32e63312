import { type Bytes, concatBytes, utf8 } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519KeyPair, ed25519Sign, ed25519Verify, hkdfSha256 } from '@sotto/crypto';
import { encodeSubaccountToken, SUBACCOUNT_ACCESS } from '@sotto/protocol';
import { ShardsError } from './errors.ts';
import { SEED_BYTES } from './limits.ts';

/** Prefix of a mailbox that is nobody's account: a bare Ed25519 key. */
const BARE_KEY = 0x03;
const NO_SALT = new Uint8Array(0);

/** A mailbox that chunks of one file lie in, with the secret of whoever may store and delete there. */
export interface OwnedShard {
  /** 03 ‖ Ed25519 public key, 33 bytes: decides which swarm keeps it. */
  readonly mailbox: Bytes;
  /** 64 bytes; never leaves the device that sends the file. */
  readonly secret: Bytes;
}

/** What shows a storage node that one may read there, and nothing else. */
export interface ReadPermit {
  /** A subaccount token for reading, 36 bytes. */
  readonly token: Bytes;
  /** The owner's over the token, 64 bytes. */
  readonly signature: Bytes;
  /** Of the token's key, 64 bytes: signs each request to read. */
  readonly secret: Bytes;
}

/** The key of a file's content, 32 bytes, from its 32-byte seed. */
export function contentKey(seed: Bytes): Bytes {
  return derive(seed, 'sotto file content v1');
}

/** What the reader's keys are made from, 32 bytes: a pointer carries it. */
export function readerSeed(seed: Bytes): Bytes {
  return derive(seed, 'sotto file reader v1');
}

/** The nth mailbox of a file. */
export function ownedShard(seed: Bytes, shard: number): OwnedShard {
  const { publicKey, secretKey } = pairOf(seed, 'sotto file shard v1', shard);
  return { mailbox: mailboxOf(publicKey), secret: secretKey };
}

export function mailboxOf(publicKey: Bytes): Bytes {
  return concatBytes(Uint8Array.of(BARE_KEY), publicKey);
}

/** The token for reading one shard: another for each, so that none tells which shards are one file. */
export function readToken(reader: Bytes, shard: number): { readonly token: Bytes; readonly secret: Bytes } {
  const { publicKey, secretKey } = pairOf(reader, 'sotto file shard reader v1', shard);
  const token = encodeSubaccountToken({
    prefix: BARE_KEY,
    access: SUBACCOUNT_ACCESS.read,
    ed25519: publicKey,
  });
  return { token, secret: secretKey };
}

/** The owner lets the reader in, 64 bytes. */
export function permitReading(owner: OwnedShard, token: Bytes): Bytes {
  return ed25519Sign(owner.secret, token);
}

export function isPermit(publicKey: Bytes, token: Bytes, signature: Bytes): boolean {
  return ed25519Verify(publicKey, token, signature);
}

function pairOf(seed: Bytes, label: string, number: number): Ed25519KeyPair {
  const place = new Uint8Array(4);
  new DataView(place.buffer).setUint32(0, number);
  return ed25519KeyPair(
    hkdfSha256({ ikm: seed, salt: NO_SALT, info: concatBytes(utf8(label), place), length: 32 }),
  );
}

function derive(seed: Bytes, label: string): Bytes {
  if (seed.length !== SEED_BYTES) throw new ShardsError('bad-use', `a seed has ${SEED_BYTES} bytes`);
  return hkdfSha256({ ikm: seed, salt: NO_SALT, info: utf8(label), length: 32 });
}
