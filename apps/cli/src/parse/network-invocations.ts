/**
 * The commands of those who run relays, storage nodes and networks, as far as they are not in invocation.ts.
 * Apart from how they are defined, which needs flags and those need the invocations.
 */

/** What to do to a list of storage nodes. Keys are 64 lower-case hexadecimal digits. */
export type DirectoryInvocation =
  | {
      readonly command: 'directory init';
      readonly file: string;
      readonly key: string;
      /** Absent: more than half of the signers. */
      readonly threshold?: number;
      /** Besides the owner of `key`. */
      readonly signers: readonly string[];
      readonly subnets: 'distinct' | 'ignore';
    }
  | {
      readonly command: 'directory add';
      readonly file: string;
      readonly key?: string;
      /** File of the node's description. */
      readonly node: string;
      /** Absent: the smallest one. */
      readonly swarm?: bigint | 'new';
    }
  | {
      readonly command: 'directory remove';
      readonly file: string;
      readonly key?: string;
      readonly who: string;
    }
  | { readonly command: 'directory sign'; readonly file: string; readonly key: string }
  | {
      readonly command: 'directory fetch';
      readonly file: string;
      /** URLs of seeds, at least one; or the file that names a registry. */
      readonly source: { readonly seeds: readonly string[] } | { readonly chain: string };
      readonly proxy?: string;
    }
  | { readonly command: 'directory show'; readonly file: string };

export interface RegistryInvocation {
  readonly command: 'registry deploy';
  /** URLs of JSON-RPC. */
  readonly rpc: readonly string[];
  /** File of the key of the account that pays. */
  readonly key: string;
  /** File to write. */
  readonly file: string;
  /** `test`: one is made. In the smallest unit of the token. */
  readonly staked: { readonly token: `0x${string}` | 'test'; readonly stake: bigint };
  /** Seconds, seconds, nodes, blocks; absent: as usual. */
  readonly parameters: {
    readonly exitDelay?: number;
    readonly removedLock?: number;
    readonly maxNodes?: number;
    readonly epochBlocks?: number;
  };
  /** Absent: more than half. */
  readonly agree?: number;
  /** Absent: as the chain calls final. */
  readonly confirmations?: number;
  readonly subnets: 'distinct' | 'ignore';
}

/** What to do with a network on this machine. */
export type DevnetInvocation =
  | {
      readonly command: 'devnet';
      readonly dir: string;
      /** Absent: as the folder remembers, else 9. */
      readonly nodes?: number;
      /** Absent: as the folder remembers, else of three nodes each. */
      readonly swarms?: number;
      readonly relay: boolean;
      /** Absent: as the folder remembers. */
      readonly chain?: true;
      readonly quickVotes: boolean;
      /** Labels of the apps, each once. */
      readonly apps: readonly string[];
      readonly detach: boolean;
    }
  | {
      readonly command: 'devnet chain';
      readonly listen: HostPort;
      /** File that remembers the chain. */
      readonly state: string;
      /** Seconds. */
      readonly blockTime: number;
    }
  | {
      readonly command: 'devnet ctl';
      readonly dir: string;
      readonly action: 'kill' | 'start' | 'status' | 'stop';
      /** `relay`, `chain`, `node:N` or `app:LABEL`; for `kill` and `start` only. */
      readonly target?: string;
    };

/** At least one of the two is there. */
export interface NetworkInvocation {
  readonly command: 'network export';
  readonly relay?: string;
  /** File of a signed list of storage nodes. */
  readonly directory?: string;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** What to do with a storage node of one's own. */
export type NodeInvocation =
  | {
      readonly command: 'node init';
      readonly data: string;
      /** IPv4 and port that others dial. */
      readonly public: HostPort;
      /** 0: none. */
      readonly omqPort: number;
    }
  | {
      readonly command: 'node drill';
      /** The nodes are in a registry. */
      readonly chain: boolean;
      /** Absent: a temporary one, which is removed. */
      readonly dir?: string;
      readonly nodes: number;
    }
  | {
      readonly command: 'node serve';
      readonly data: string;
      readonly listen: HostPort;
      /** File of the signed list, or of where the registry is. */
      readonly directory: string;
      /** File that gets a line for each opened onion layer. */
      readonly trace?: string;
      /** Where metrics and health are served. */
      readonly operation?: HostPort;
      readonly quick: boolean;
    }
  | {
      readonly command: 'node vote-key';
      readonly data: string;
    }
  | {
      readonly command: 'node register' | 'node move' | 'node exit' | 'node withdraw';
      readonly data: string;
      /** File that names the registry. */
      readonly registry: string;
      /** File of the operator's key. */
      readonly key: string;
    }
  | { readonly command: 'node backup'; readonly data: string; readonly to: string }
  | { readonly command: 'node restore'; readonly from: string; readonly data: string }
  | {
      readonly command: 'node ledger';
      readonly data: string;
      /** 66 lower-case hexadecimal digits; absent: all that there is, counted. */
      readonly mailbox?: string;
    };
