import type { Bytes } from '@sotto/bytes';

/** One storage node as the directory lists it. */
export interface DirectoryNode {
  /** IPv4 in dotted decimal, as clients and other nodes dial it. */
  readonly ip: string;
  /** Onion requests and storage RPC. */
  readonly httpsPort: number;
  /** Reserved for the original network's node-to-node links; 0 when the node has none. */
  readonly omqPort: number;
  /** 32 bytes; names the node in onion layers and signs what it says it stores. */
  readonly ed25519: Bytes;
  /** 32 bytes; onion layers are encrypted to it. */
  readonly x25519: Bytes;
  /** Swarm ID, 64 bits unsigned; 2^64-1 is no swarm and is not listed. */
  readonly swarm: bigint;
}

/** Whether paths must spread over networks: `ignore` is for a list of nothing but loopback addresses. */
export type SubnetRule = 'distinct' | 'ignore';

/** Who the nodes are, however that is proven: by signatures of a list, or by a registry read at several endpoints. */
export interface KnownNodes {
  /** Grows by at least one with every change; a lower one never replaces a higher. Of a registry, the block's height. */
  readonly sequence: number;
  /** Milliseconds. */
  readonly issuedAt: number;
  readonly subnets: SubnetRule;
  /** At most 2,500, ascending by `ed25519`. */
  readonly nodes: readonly DirectoryNode[];
}

/** The list of nodes, before its signatures. */
export interface NodeList extends KnownNodes {
  /** How many of `signers` must have signed, at least 1; 0 in a list that nobody signs. */
  readonly threshold: number;
  /** Ed25519 public keys, 32 bytes each, at most 16, ascending; none in a list of what was seen. */
  readonly signers: readonly Bytes[];
}

export interface ListSignature {
  readonly signer: Bytes;
  readonly signature: Bytes;
}

export interface SignedList {
  readonly list: NodeList;
  readonly signatures: readonly ListSignature[];
}
