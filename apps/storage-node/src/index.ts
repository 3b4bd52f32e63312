/**
 * The node program as the command line starts it: config in, a running node out. What a node is lives in
 * @sotto/storage-node; this file only fixes what a process adds to it.
 */
import {
  initNode as initNodeIn,
  type NodeAddress,
  type NodeFile,
  startNode as startNodeHere,
} from '@sotto/storage-node';

export type { OperatorAction, OperatorRequest, RegisteredAs } from '@sotto/storage-node';
export { askEndpoint, operateNode, registerNode, voteAddress } from '@sotto/storage-node';
export type { NodeFile };

export interface NodeConfig {
  readonly data: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** File of the signed list of nodes, or of where their registry is. */
  readonly directory: string;
  /** File that gets a line for each opened onion layer; only on a network of nothing but loopback. */
  readonly trace?: string;
  /** Test and vote within seconds; only on a network of nothing but loopback. */
  readonly quick?: boolean;
}

export interface StartedNode {
  /** Where it listens. */
  readonly url: string;
  /** Ed25519 key, hex. */
  readonly key: string;
  /** URL by which others ask it as a seed. */
  readonly seed: string;
  /** Drains within 10 s. */
  close(): Promise<void>;
}

/** Make a node in a data folder, or change its address. Rejects with StorageNodeError. */
export function initNode(request: NodeAddress & { readonly data: string }): Promise<NodeFile> {
  return initNodeIn(request);
}

/**
 * Small buffers otherwise share pieces of 8 KiB, and the piece in use keeps what was in all of them, addresses and sealed
 * messages of long ago, until it is full.
 */
const NO_SHARED_BUFFERS = 0;

/** Start a node; its few log lines go to stderr. Rejects with StorageNodeError or DatabaseError. */
export async function startNode(config: NodeConfig): Promise<StartedNode> {
  Buffer.poolSize = NO_SHARED_BUFFERS;
  const node = await startNodeHere({ ...config, log: (line) => process.stderr.write(`${line}\n`) });
  return {
    url: node.url,
    key: Buffer.from(node.key).toString('hex'),
    seed: node.seed,
    close: () => node.close(),
  };
}
