import { asBytes, type Bytes } from '@sotto/bytes';
import { MAX_LIST_PARTS, type SottoDirectory } from '@sotto/protocol';
import type { ListVersion } from '../ports/list.ts';

/** What somebody says of a list of storage nodes: that they go by it, or, with `part`, what stands in it. */
export interface SaidList extends ListVersion {
  readonly part?: ListPart;
}

/** One of at most 4 parts, counted from 0. */
export interface ListPart {
  readonly index: number;
  readonly of: number;
  readonly bytes: Bytes;
}

const NETWORK_LENGTH = 8;

/** Undefined where nothing is said, or nothing that makes sense: the rest of a content holds all the same. */
export function readSaidList(said: SottoDirectory | undefined): SaidList | undefined {
  if (said === undefined) return undefined;
  const { sequence, network, list, part: index, parts: of } = said;
  if (sequence < 1n || sequence > BigInt(Number.MAX_SAFE_INTEGER)) return undefined;
  if (network.length !== NETWORK_LENGTH) return undefined;
  const version = { sequence: Number(sequence), network: asBytes(network) };
  if (list.length === 0) return version;
  if (of > MAX_LIST_PARTS || index >= of) return undefined;
  return { ...version, part: { index, of, bytes: asBytes(list) } };
}
