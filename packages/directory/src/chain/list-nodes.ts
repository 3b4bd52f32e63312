import { type Bytes, concatBytes, fromHex } from '@sotto/bytes';
import { ed25519PublicToX25519, ed25519Verify } from '@sotto/crypto';
import { formatIpv4, kindOfAddress } from '../address.ts';
import { compareBytes } from '../compare-bytes.ts';
import { NO_SWARM } from '../limits.ts';
import type { DirectoryNode, SubnetRule } from '../types.ts';
import { type RegistryPlace, registrationText } from './registration-text.ts';
import type { Hex } from './source.ts';

/** An entry as the contract has it. */
export interface RegistryEntry {
  readonly id: bigint;
  readonly ed25519: Hex;
  readonly proofR: Hex;
  readonly proofS: Hex;
  readonly operator: Hex;
  readonly voteKey: Hex;
  readonly ip: number;
  readonly httpsPort: number;
  readonly omqPort: number;
  readonly addressSerial: bigint;
  readonly joinedBlock: bigint;
  readonly freeAt: bigint;
}

/** Why an entry is not in the list of nodes. */
export type WhyDropped =
  /** Its operator has not shown the node's key: anybody can register anybody's key. */
  | 'bad-proof'
  /** The same key, proven for another operator who registered it earlier. */
  | 'key-twice'
  /** Another node claimed the address and port earlier. */
  | 'address-twice'
  /** Not an address of the kind that the network is made of. */
  | 'address'
  /** In no swarm. */
  | 'no-swarm';

export interface RegisteredNode {
  readonly id: bigint;
  readonly ed25519: Bytes;
  readonly operator: Hex;
  readonly voteKey: Hex;
  /** When its stake can be withdrawn, seconds; 0 while neither exit nor removal has begun. */
  readonly freeAt: bigint;
  /** Absent when it is in the list of nodes. */
  readonly dropped?: WhyDropped;
}

export interface ListRequest {
  readonly place: RegistryPlace;
  readonly subnets: SubnetRule;
  readonly entries: readonly RegistryEntry[];
  readonly swarms: ReadonlyMap<bigint, bigint>;
}

/** All entries, and those of them that are nodes, ascending by Ed25519 key as every list. */
export function listNodes({ place, subnets, entries, swarms }: ListRequest): {
  readonly nodes: readonly DirectoryNode[];
  readonly registered: readonly RegisteredNode[];
} {
  const wanted = subnets === 'ignore' ? 'loopback' : 'public';
  const dropped = new Map<bigint, WhyDropped>();
  const keys = new Set<string>();
  const listed = new Map<bigint, DirectoryNode>();
  for (const entry of entries.toSorted(byNumber(({ id }) => id))) {
    const node = nodeOf(entry, swarms.get(entry.id) ?? NO_SWARM);
    if (node === undefined || !isProven(place, entry)) dropped.set(entry.id, 'bad-proof');
    else if (keys.has(entry.ed25519)) dropped.set(entry.id, 'key-twice');
    else if (kindOfAddress(node.ip) !== wanted) dropped.set(entry.id, 'address');
    else if (node.swarm === NO_SWARM) dropped.set(entry.id, 'no-swarm');
    else listed.set(entry.id, node);
    if (node !== undefined && dropped.get(entry.id) !== 'bad-proof') keys.add(entry.ed25519);
  }
  const addresses = new Set<string>();
  for (const entry of entries.toSorted(byNumber(({ addressSerial }) => addressSerial))) {
    const node = listed.get(entry.id);
    if (node === undefined) continue;
    const address = `${node.ip}:${node.httpsPort}`;
    if (addresses.has(address)) {
      listed.delete(entry.id);
      dropped.set(entry.id, 'address-twice');
    }
    addresses.add(address);
  }
  return {
    nodes: [...listed.values()].toSorted((left, right) => compareBytes(left.ed25519, right.ed25519)),
    registered: entries.map((entry) => describe(entry, dropped.get(entry.id))),
  };
}

function isProven(
  place: RegistryPlace,
  { ed25519, operator, voteKey, proofR, proofS }: RegistryEntry,
): boolean {
  const key = bytesOf(ed25519);
  const text = registrationText({ ...place, operator, voteKey, ed25519: key });
  return ed25519Verify(key, text, concatBytes(bytesOf(proofR), bytesOf(proofS)));
}

/** Undefined when its key is no key. */
function nodeOf(
  { ip, httpsPort, omqPort, ed25519 }: RegistryEntry,
  swarm: bigint,
): DirectoryNode | undefined {
  const key = bytesOf(ed25519);
  const x25519 = ed25519PublicToX25519(key);
  if (x25519 === undefined) return undefined;
  return { ip: formatIpv4(ip), httpsPort, omqPort, ed25519: key, x25519, swarm };
}

function describe(entry: RegistryEntry, dropped: WhyDropped | undefined): RegisteredNode {
  const { id, ed25519, operator, voteKey, freeAt } = entry;
  const shown = { id, ed25519: bytesOf(ed25519), operator, voteKey, freeAt };
  return dropped === undefined ? shown : { ...shown, dropped };
}

function bytesOf(hex: Hex): Bytes {
  return fromHex(hex.slice(2));
}

function byNumber(of: (entry: RegistryEntry) => bigint): (a: RegistryEntry, b: RegistryEntry) => number {
  return (left, right) => (of(left) < of(right) ? -1 : of(left) > of(right) ? 1 : 0);
}
