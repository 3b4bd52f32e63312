import type { Bytes } from '@sotto/bytes';
import type { Hex, OperatorCall } from '@sotto/directory/chain';
import { type NodeAddress, type NodeKeys, readNode } from '../data/node-keys.ts';
import { StorageNodeError } from '../errors.ts';
import { askEndpoint } from './ask-endpoint.ts';
import { obtainVoteKey } from './vote-key.ts';

export interface OperatorRequest {
  /** Data folder that `initNode` has made. */
  readonly data: string;
  /** Text of the file that names the registry. */
  readonly registry: string;
  /** The operator's secp256k1 secret, 32 bytes: it pays, and is nothing that the node needs afterwards. */
  readonly operatorKey: Bytes;
}

/** What a registration says, for whoever looks it up on the chain. */
export interface RegisteredAs {
  readonly operator: Hex;
  /** Needs a little of the chain's own money, to send removals with. */
  readonly voteKey: Hex;
}

/** The vote key of a data folder, made if there is none yet. Rejects with StorageNodeError. */
export async function voteAddress(data: string): Promise<Hex> {
  const { voteAccount } = await import('@sotto/directory/chain');
  nodeIn(data);
  return voteAccount(obtainVoteKey(data)).address;
}

/**
 * Pay the stake and register the node of a data folder at the address that it was made with. Rejects with
 * ChainError, DirectoryError `bad-json` or StorageNodeError.
 */
export async function registerNode(request: OperatorRequest): Promise<RegisteredAs> {
  const chain = await import('@sotto/directory/chain');
  const { keys, address } = nodeIn(request.data);
  const source = chain.parseChainSource(request.registry);
  const wallet = walletOf(chain, request);
  const voter = chain.voteAccount(obtainVoteKey(request.data));
  await chain.approveStake(wallet, source.contract);
  const { ed25519, sign } = keys;
  const { chainId, contract } = source;
  await chain.registerNode(wallet, { ...address, place: { chainId, contract }, ed25519, sign, voter });
  return { operator: wallet.account.address, voteKey: voter.address };
}

export type OperatorAction = Exclude<OperatorCall['name'], 'finishExit'>;

/**
 * What its operator does with a registered node: tell its new address, begin its exit, take the stake back.
 * Rejects as `registerNode`, and with StorageNodeError `not-registered`.
 */
export async function operateNode(request: OperatorRequest, action: OperatorAction): Promise<void> {
  const chain = await import('@sotto/directory/chain');
  const { keys, address } = nodeIn(request.data);
  const source = chain.parseChainSource(request.registry);
  const wallet = walletOf(chain, request);
  const node = await chain.entryOf(wallet, source.contract, keys.ed25519);
  if (node === undefined) {
    throw new StorageNodeError('not-registered', 'this operator has no such storage node in the registry');
  }
  const call = action === 'updateAddress' ? { name: action, node, address } : { name: action, node };
  await chain.callRegistry(wallet, source.contract, call);
}

type Chain = typeof import('@sotto/directory/chain');

function walletOf(chain: Chain, { registry, operatorKey }: OperatorRequest): InstanceType<Chain['Wallet']> {
  const { chainId, endpoints } = chain.parseChainSource(registry);
  return new chain.Wallet({ chainId, endpoints, ask: askEndpoint, account: chain.voteAccount(operatorKey) });
}

function nodeIn(data: string): { readonly keys: NodeKeys; readonly address: NodeAddress } {
  const found = readNode(data);
  if (found !== undefined) return found;
  throw new StorageNodeError('no-node', 'this folder holds no storage node; make one with `sotto node init`');
}
