import type { Bytes } from '@sotto/bytes';
import type { OnionHop } from '../types.ts';

/** A storage node as paths need it; an entry of the directory is one. */
export interface PathNode extends OnionHop {
  /** IPv4 in dotted decimal. */
  readonly ip: string;
  readonly httpsPort: number;
}

/** Whether paths must spread over networks; `ignore` is for lists of nothing but loopback addresses. */
export type PathSubnets = 'distinct' | 'ignore';

/** The nodes to choose from. */
export interface PathNodes {
  readonly nodes: readonly PathNode[];
  readonly subnets: PathSubnets;
}

/** A way through the network. */
export interface Path {
  readonly id: number;
  /** Paths of different purposes share no node where the list is large enough. */
  readonly purpose: string;
  /** The guard first. */
  readonly hops: readonly PathNode[];
}

export interface PathWish {
  /** Ed25519 key of the node to be reached: it never lies on the path to itself. Absent for a server. */
  readonly destination?: Bytes;
  /** Ed25519 keys that had better not lie on it, such as the other members of a swarm. */
  readonly avoid?: readonly Bytes[];
  /** Paths that have just failed for the same request. */
  readonly not?: readonly Path[];
  /** Guards that have just failed for the same request, by Ed25519 key. */
  readonly notGuards?: readonly Bytes[];
}

export type PathFailure =
  /** The guard did not take the request. */
  | { readonly kind: 'guard' }
  /** A hop says that it does not know the next one, and names it. */
  | { readonly kind: 'not-found'; readonly node: Bytes }
  /** Somewhere behind the guard; nobody knows where. */
  | { readonly kind: 'path' };

/** What a guard leaves for the next run. */
export interface RememberedGuard {
  /** Ed25519, 32 bytes. */
  readonly key: Bytes;
  /** When it became one, milliseconds since 1970. */
  readonly chosenAt: number;
  /** Milliseconds that it was seen dead while another lived; absent while it lives. */
  readonly deadFor?: number;
  /** It loses far more paths than the others: no answer brings it back. */
  readonly doubted?: boolean;
  /** Paths behind it that came to nothing lately; absent for none. */
  readonly losses?: number;
}

/** A guard as people may see it. `used`: new paths begin there; `resting`: it did not answer, or is doubted. */
export interface GuardView {
  readonly ip: string;
  readonly key: Bytes;
  /** Milliseconds since 1970. */
  readonly chosenAt: number;
  readonly state: 'used' | 'reserve' | 'resting';
}

/** A path as people may see it. */
export interface PathView {
  readonly purpose: string;
  readonly hops: readonly { readonly ip: string; readonly key: Bytes }[];
  /** Milliseconds of the last request on it; absent before the first. */
  readonly latency?: number;
}
