import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bytes, fromHex, toHex } from '@sotto/bytes';
import type { DirectoryNode } from '@sotto/directory';
import type { AskEndpoint, ChainDirectory, ChainSource, Hex } from '@sotto/directory/chain';
import { replaceFile } from '@sotto/files';
import { DevnetError } from '../errors.ts';
import type { PreparedNode } from '../prepare-nodes.ts';
import { CHAIN_ID } from './run-chain.ts';

/** How a node comes into a registry, and how chains are asked: of the node program, which a devnet does not know. */
export interface ChainTools {
  readonly ask: AskEndpoint;
  register(request: {
    readonly data: string;
    /** Text of the file that names the registry. */
    readonly registry: string;
    readonly operatorKey: Bytes;
  }): Promise<{ readonly voteKey: string }>;
}

export interface PreparedChain {
  readonly source: ChainSource;
  /** The file that names the registry. */
  readonly file: string;
}

/** The first account of a local chain, rich and known to everybody. */
const OPERATOR_KEY = fromHex('ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80');

/** Of a devnet's registry. Short, because nobody waits for days on one machine. */
const PARAMETERS = { stake: 100n, exitDelay: 60, removedLock: 120, maxNodes: 1000, epochBlocks: 5 } as const;

/** For the transactions that a node sends with its vote key: one ether. */
const VOTE_MONEY: Hex = '0xde0b6b3a7640000';

type Chain = typeof import('@sotto/directory/chain');

/** Make token and registry on a chain, or find those of before. Rejects with ChainError. */
export async function prepareRegistry(dir: string, url: string, { ask }: ChainTools): Promise<PreparedChain> {
  const chain = await import('@sotto/directory/chain');
  const file = join(dir, 'chain.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const account = chain.voteAccount(OPERATOR_KEY);
  const wallet = new chain.Wallet({ chainId: CHAIN_ID, endpoints: [url], ask, account });
  if (text !== undefined) {
    const source = chain.parseChainSource(text);
    if (await wallet.isContract(source.contract)) return { source, file };
  }
  const token = await chain.deployTestToken(wallet);
  const contract = await chain.deployRegistry(wallet, { ...PARAMETERS, token });
  await chain.mintTestToken(wallet, token, 100_000n * PARAMETERS.stake);
  const source: ChainSource = {
    ...{ chainId: CHAIN_ID, contract, endpoints: [url], agree: 1 },
    ...{ finality: { confirmations: 0 }, subnets: 'ignore' },
  };
  replaceFile(file, chain.formatChainSource(source), 0o644);
  return { source, file };
}

/** Register the nodes that are not, and read all of them. Rejects with DevnetError, ChainError or what a tool says. */
export async function registerNodes(
  { source }: PreparedChain,
  nodes: readonly PreparedNode[],
  { ask, register }: ChainTools,
): Promise<ChainDirectory> {
  const chain = await import('@sotto/directory/chain');
  const known = new Set((await read(chain, source, ask)).nodes.map(({ ed25519 }) => toHex(ed25519)));
  const registry = chain.formatChainSource(source);
  // One after the other: all are paid by one account, whose transactions have an order.
  for (const { data, ed25519 } of nodes) {
    if (known.has(toHex(ed25519))) continue;
    const { voteKey } = await register({ data, registry, operatorKey: OPERATOR_KEY });
    const params = [voteKey, VOTE_MONEY];
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'anvil_setBalance', params });
    await ask(source.endpoints[0] ?? '', body, { maxReply: 4096, timeout: 10_000 });
  }
  return read(chain, source, ask);
}

/** Look at a registry from time to time and tell of every other list. Returns what ends it. */
export function followRegistry(
  source: ChainSource,
  ask: AskEndpoint,
  tell: (nodes: readonly DirectoryNode[]) => void,
): () => void {
  let known: ChainDirectory | undefined;
  let reading = false;
  const look = async (): Promise<void> => {
    const { readRegistry } = await import('@sotto/directory/chain');
    const result = await readRegistry({ source, ask, ...(known === undefined ? {} : { known }) });
    // A chain that was killed says nothing, and the list stays as it is.
    if (result.outcome !== 'read') return;
    const isNews = known?.serial !== result.directory.serial;
    known = result.directory;
    if (isNews) tell(known.nodes);
  };
  const timer = setInterval(() => {
    if (reading) return;
    reading = true;
    void look().finally(() => {
      reading = false;
    });
  }, LOOK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

const LOOK_MS = 1000;

async function read(chain: Chain, source: ChainSource, ask: AskEndpoint): Promise<ChainDirectory> {
  const reading = await chain.readRegistry({ source, ask });
  if (reading.outcome === 'read') return reading.directory;
  throw new DevnetError('not-ready', 'the registry of this devnet cannot be read');
}
