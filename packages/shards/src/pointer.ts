import { asBytes, type Bytes, concatBytes, equalBytes } from '@sotto/bytes';
import { sha256 } from '@sotto/crypto';
import type { AttachmentPointer, AttachmentPointerInit } from '@sotto/protocol';
import { ShardsError } from './errors.ts';
import { isPermit, mailboxOf, type ReadPermit, readToken } from './keys.ts';
import { type FileLayout, layoutOf } from './layout.ts';
import { HASH_BYTES, SEED_BYTES } from './limits.ts';

/** Where a file lies and how to read it: what a message carries. Whoever has it can read, and nothing more. */
export interface FilePointer {
  readonly layout: FileLayout;
  /** Of the content, 32 bytes. */
  readonly key: Bytes;
  /** What the keys for reading are made from, 32 bytes. */
  readonly reader: Bytes;
  /** SHA-256 over the hashes of all chunks of content, in order: fixes the whole file. */
  readonly digest: Bytes;
  /** In order; as many as the layout has. */
  readonly shards: readonly {
    /** 33 bytes. */
    readonly mailbox: Bytes;
    /** The owner's permit to read, 64 bytes. */
    readonly signature: Bytes;
  }[];
  /** Of all chunks, or of the one that holds them. 32 bytes each. */
  readonly hashes:
    | { readonly kind: 'inline'; readonly hashes: readonly Bytes[] }
    | { readonly kind: 'manifest'; readonly hash: Bytes };
}

const VERSION = 1;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

/** The fields of an attachment that say where it lies; what it is called is beside them. */
export function encodePointer(pointer: FilePointer): AttachmentPointerInit {
  const { layout, key, reader, digest, shards, hashes } = pointer;
  return {
    key,
    size: layout.size,
    digest,
    shards: {
      version: VERSION,
      reader,
      mailboxes: concatBytes(...shards.map(({ mailbox }) => mailbox.subarray(1))),
      permits: concatBytes(...shards.map(({ signature }) => signature)),
      ...(hashes.kind === 'inline' ? { hashes: concatBytes(...hashes.hashes) } : { manifest: hashes.hash }),
    },
  };
}

/**
 * Read what a sender says of a file. Everything that can be checked without asking anybody is: after this only
 * the chunks themselves can be wrong. Throws ShardsError `bad-pointer`, `unsupported-version` or `too-large`.
 */
export function decodePointer(attachment: AttachmentPointer): FilePointer {
  const { shards: said, size = 0 } = attachment;
  if (said === undefined) throw bad('it does not lie in swarms');
  if (said.version !== VERSION) throw new ShardsError('unsupported-version', 'a later kind of file');
  const layout = layoutOf(size);
  const key = exactly(attachment.key, KEY_BYTES);
  const reader = exactly(said.reader, SEED_BYTES);
  const digest = exactly(attachment.digest, HASH_BYTES);
  const mailboxes = split(said.mailboxes, KEY_BYTES, layout.shards);
  const permits = split(said.permits, SIGNATURE_BYTES, layout.shards);
  const shards = mailboxes.map((publicKey, shard) => {
    const signature = permits[shard] as Bytes;
    if (!isPermit(publicKey, readToken(reader, shard).token, signature)) throw bad('no permit to read');
    return { mailbox: mailboxOf(publicKey), signature };
  });
  return { layout, key, reader, digest, shards, hashes: hashesOf(said, layout, digest) };
}

function hashesOf(
  { hashes, manifest }: NonNullable<AttachmentPointer['shards']>,
  layout: FileLayout,
  digest: Bytes,
): FilePointer['hashes'] {
  if (layout.manifest) {
    if (hashes.length > 0) throw bad('hashes beside a manifest');
    return { kind: 'manifest', hash: exactly(manifest, HASH_BYTES) };
  }
  if (manifest.length > 0) throw bad('a manifest of few chunks');
  const all = split(hashes, HASH_BYTES, layout.chunks);
  if (!equalBytes(sha256(hashes), digest)) throw bad('not the digest of its hashes');
  return { kind: 'inline', hashes: all };
}

/** What shows the members of a shard's swarm that one may read it. */
export function readPermit({ reader, shards }: FilePointer, shard: number): ReadPermit {
  const of = shards[shard];
  if (of === undefined) throw new ShardsError('bad-use', 'there is no such shard');
  const { token, secret } = readToken(reader, shard);
  return { token, secret, signature: of.signature };
}

/** The bytes cut into `count` pieces. */
export function split(bytes: Uint8Array, length: number, count: number): Bytes[] {
  if (bytes.length !== length * count) throw bad('a wrong length');
  return Array.from({ length: count }, (_, index) =>
    asBytes(bytes.slice(index * length, (index + 1) * length)),
  );
}

function exactly(bytes: Uint8Array, length: number): Bytes {
  if (bytes.length !== length) throw bad('a wrong length');
  return asBytes(bytes);
}

function bad(reason: string): ShardsError {
  return new ShardsError('bad-pointer', `a pointer to no file: ${reason}`);
}
