/**
 * The node program as the command line starts it: config in, a running node out. What a node is lives in
 * @sotto/storage-node; this file only fixes what a process adds to it.
 */
import {
  backupNode as backupNodeIn,
  initNode as initNodeIn,
  type MailboxLedger,
  type NodeAddress,
  type NodeBackupRequest,
  type NodeFile,
  type NodeLedger,
  type RestoredNode,
  readMailboxLedger as readMailboxLedgerIn,
  readNodeLedger as readNodeLedgerIn,
  restoreNode as restoreNodeIn,
  startNode as startNodeHere,
} from '@sotto/storage-node';

export type { OperatorAction, OperatorRequest, RegisteredAs } from '@sotto/storage-node';
export { askEndpoint, operateNode, registerNode, voteAddress } from '@sotto/storage-node';
export type { MailboxLedger, NodeFile, NodeLedger };

export interface NodeConfig {
  readonly data: string;
  readonly listen: { readonly host: string; readonly port: number };
  /** File of the signed list of nodes, or of where their registry is. */
  readonly directory: string;
  /** File that gets a line for each opened onion layer; only on a network of nothing but loopback. */
  readonly trace?: string;
  /** Test, vote and ask for a list that nobody signs within seconds; only on a network of nothing but loopback. */
  readonly quick?: boolean;
  /** Where metrics and health are served, by plain http. */
  readonly operation?: { readonly host: string; readonly port: number };
}

export interface StartedNode {
  /** Where it listens. */
  readonly url: string;
  /** Ed25519 key, hex. */
  readonly key: string;
  /** URL by which others ask it as a seed. */
  readonly seed: string;
  /** Port of metrics and health. */
  readonly operationPort?: number;
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
  const { url, key, seed, operationPort } = node;
  return {
    url,
    key: Buffer.from(key).toString('hex'),
    seed,
    ...(operationPort !== undefined && { operationPort }),
    close: () => node.close(),
  };
}

/** Copy a node's keys, running or not; see `backupNode` of @sotto/storage-node. */
export function backupNode(
  request: Omit<NodeBackupRequest, 'now'>,
): Promise<{ readonly files: number; readonly bytes: number }> {
  return backupNodeIn(request);
}

/** Make a data folder from such a copy. */
export function restoreNode(request: {
  readonly from: string;
  readonly data: string;
}): Promise<RestoredNode> {
  return restoreNodeIn(request);
}

/** All that a node holds, counted by kind. */
export function readNodeLedger(request: { readonly data: string }): NodeLedger {
  return readNodeLedgerIn(request);
}

/** All that a node holds about a mailbox. */
export function readMailboxLedger(request: {
  readonly data: string;
  readonly mailbox: string;
}): MailboxLedger {
  return readMailboxLedgerIn(request);
}
