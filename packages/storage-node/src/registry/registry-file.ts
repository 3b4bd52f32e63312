import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeNode, type KnownNodes, parseNodeFile } from '@sotto/directory';
import type { ChainSource } from '@sotto/directory/chain';
import { replaceFile } from '@sotto/files';

/** What the registry said last: a node that starts while no endpoint answers goes on with it. */
const FILE = 'registry.json';

export function writeRegistryFile(folder: string, source: ChainSource, list: KnownNodes): void {
  const { chainId, contract } = source;
  const nodes = list.nodes.map((node) => ({ ...describeNode(node), swarm_id: String(node.swarm) }));
  const { sequence: height, issuedAt: time } = list;
  replaceFile(join(folder, FILE), `${JSON.stringify({ chain: chainId, contract, height, time, nodes })}\n`);
}

/** `undefined` when there is none of this registry, or it is damaged: it can be read from the chain again. */
export function readRegistryFile(folder: string, source: ChainSource): KnownNodes | undefined {
  try {
    const text = readFileSync(join(folder, FILE), 'utf8');
    const { chain, contract, height, time, nodes } = JSON.parse(text);
    if (chain !== source.chainId || contract !== source.contract) return undefined;
    return {
      sequence: Number(height),
      issuedAt: Number(time),
      subnets: source.subnets,
      nodes: (nodes as readonly { readonly swarm_id: string }[]).map((node) => ({
        ...parseNodeFile(JSON.stringify(node)),
        swarm: BigInt(node.swarm_id),
      })),
    };
  } catch {
    return undefined;
  }
}
