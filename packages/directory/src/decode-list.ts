import type { Bytes } from '@sotto/bytes';
import { formatIpv4 } from './address.ts';
import { checkSignedList } from './check-list.ts';
import { FORM } from './encode-list.ts';
import { DirectoryError } from './errors.ts';
import { MAX_SIGNED_LIST_BYTES } from './limits.ts';
import type { DirectoryNode, ListSignature, NodeList, SignedList, SubnetRule } from './types.ts';

/**
 * Read a signed list and hold it to its rules; its signatures are not looked at. Only the one form of a
 * list is read, so that encoding it again gives the same bytes. Throws DirectoryError `malformed` or `bad-list`.
 */
export function decodeSignedList(bytes: Uint8Array): SignedList {
  if (bytes.length > MAX_SIGNED_LIST_BYTES) malformed('it is too long');
  const reader = new ListReader(bytes);
  const list = readList(reader);
  const signatures = times(reader.uint8(), (): ListSignature => {
    return { signer: reader.take(32), signature: reader.take(64) };
  });
  reader.end();
  const signed = { list, signatures };
  checkSignedList(signed);
  return signed;
}

function readList(reader: ListReader): NodeList {
  if (reader.uint8() !== FORM) malformed('it is of a later form');
  const subnets = readSubnets(reader.uint8());
  const sequence = reader.count();
  const issuedAt = reader.count();
  const threshold = reader.uint8();
  const signers = times(reader.uint8(), () => reader.take(32));
  const nodes = times(reader.uint16(), () => readNode(reader));
  return { sequence, issuedAt, threshold, signers, subnets, nodes };
}

function readSubnets(code: number): SubnetRule {
  if (code > 1) malformed('its subnet rule is unknown');
  return code === 1 ? 'ignore' : 'distinct';
}

function readNode(reader: ListReader): DirectoryNode {
  return {
    ed25519: reader.take(32),
    x25519: reader.take(32),
    ip: formatIpv4(reader.uint32()),
    httpsPort: reader.uint16(),
    omqPort: reader.uint16(),
    swarm: reader.uint64(),
  };
}

function times<Value>(count: number, read: () => Value): readonly Value[] {
  const values: Value[] = [];
  for (let index = 0; index < count; index++) values.push(read());
  return values;
}

/** Takes bytes from the front; all numbers are big endian. */
class ListReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A copy, so that a list does not hold on to the message it came in. */
  take(length: number): Bytes {
    const at = this.#advance(length);
    return new Uint8Array(this.#bytes.subarray(at, at + length));
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  uint64(): bigint {
    return this.#view.getBigUint64(this.#advance(8));
  }

  /** 64 bits that a number can hold without loss. */
  count(): number {
    const value = this.uint64();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) malformed('a number in it is too large');
    return Number(value);
  }

  end(): void {
    if (this.#at !== this.#bytes.length) malformed('it goes on after its end');
  }

  #advance(length: number): number {
    const at = this.#at;
    if (this.#bytes.length - at < length) malformed('its end is missing');
    this.#at = at + length;
    return at;
  }
}

function malformed(why: string): never {
  throw new DirectoryError('malformed', `these bytes are no list of nodes: ${why}`);
}
