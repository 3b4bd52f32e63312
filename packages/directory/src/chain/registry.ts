import { type Bytes, toHex } from '@sotto/bytes';
import { parseIpv4 } from '../address.ts';
import { registryAbi } from './generated/registry-abi.ts';
import { registryCode } from './generated/registry-code.ts';
import { testTokenAbi } from './generated/test-token-abi.ts';
import { testTokenCode } from './generated/test-token-code.ts';
import { type RegistryPlace, registrationText } from './registration-text.ts';
import type { Hex } from './source.ts';
import { type Removal, signRegistration, type VoteAccount } from './voter.ts';
import type { Wallet } from './wallet.ts';

/** All that is fixed when a registry is made, and never changes. */
export interface RegistryParameters {
  /** ERC-20. */
  readonly token: Hex;
  /** In the token's smallest unit. */
  readonly stake: bigint;
  /** Seconds, both. */
  readonly exitDelay: number;
  readonly removedLock: number;
  /** At most 1,000. */
  readonly maxNodes: number;
  /** At most 120. */
  readonly epochBlocks: number;
}

/** What a network of strangers begins with; the reference's are 15 and 30 days (session-protocol §4.6). */
export const REGISTRY_DEFAULTS = {
  exitDelay: 15 * 86_400,
  removedLock: 30 * 86_400,
  maxNodes: 1000,
  epochBlocks: 100,
} as const;

export interface NodeAddressOnChain {
  readonly ip: string;
  readonly httpsPort: number;
  readonly omqPort: number;
}

export interface RegisterRequest extends NodeAddressOnChain {
  readonly place: RegistryPlace;
  /** Of the node: 32 bytes, and its own signature of a text. */
  readonly ed25519: Bytes;
  sign(text: Bytes): Bytes;
  readonly voter: VoteAccount;
}

/** Make a registry; resolves with its address. */
export function deployRegistry(wallet: Wallet, parameters: RegistryParameters): Promise<Hex> {
  const { token, stake, exitDelay, removedLock, maxNodes, epochBlocks } = parameters;
  const numbers = [exitDelay, removedLock, maxNodes, epochBlocks].map(BigInt);
  return wallet.deploy(registryAbi, registryCode, [token, stake, ...numbers]);
}

/** A token that costs nothing, for chains of one machine. */
export function deployTestToken(wallet: Wallet): Promise<Hex> {
  return wallet.deploy(testTokenAbi, testTokenCode, []);
}

export async function mintTestToken(wallet: Wallet, token: Hex, amount: bigint): Promise<void> {
  const args = [wallet.account.address, amount];
  await wallet.send({ contract: token, abi: testTokenAbi, name: 'mint', args });
}

/** What an operator pays for each node, and in which token. */
export async function stakeOf(
  wallet: Wallet,
  contract: Hex,
): Promise<{ readonly token: Hex; readonly stake: bigint }> {
  const view = (name: string): Promise<unknown> =>
    wallet.view({ contract, abi: registryAbi, name, args: [] });
  return { token: (await view('token')) as Hex, stake: (await view('stake')) as bigint };
}

/** Allow the registry to take one stake. */
export async function approveStake(wallet: Wallet, contract: Hex): Promise<void> {
  const { token, stake } = await stakeOf(wallet, contract);
  await wallet.send({ contract: token, abi: testTokenAbi, name: 'approve', args: [contract, stake] });
}

/** The arguments of `register`, with both proofs made. */
export async function registration(operator: Hex, request: RegisterRequest): Promise<readonly unknown[]> {
  const { place, ed25519, sign, voter, ip, httpsPort, omqPort } = request;
  const voteKey = voter.address;
  const proof = toHex(sign(registrationText({ ...place, operator, voteKey, ed25519 })));
  const key: Hex = `0x${toHex(ed25519)}`;
  const vote = await signRegistration(voter, place, { operator, ed25519: key });
  const [proofR, proofS] = [`0x${proof.slice(0, 64)}`, `0x${proof.slice(64)}`];
  return [key, proofR, proofS, voteKey, vote, parseIpv4(ip) ?? 0, httpsPort, omqPort];
}

/** Register a node whose stake was approved; the wallet's account is its operator. */
export async function registerNode(wallet: Wallet, request: RegisterRequest): Promise<void> {
  const args = await registration(wallet.account.address, request);
  await wallet.send({ contract: request.place.contract, abi: registryAbi, name: 'register', args });
}

export type OperatorCall =
  | { readonly name: 'updateAddress'; readonly node: bigint; readonly address: NodeAddressOnChain }
  | { readonly name: 'requestExit' | 'finishExit' | 'withdraw'; readonly node: bigint };

/** What an operator does with a node that is registered. */
export async function callRegistry(wallet: Wallet, contract: Hex, call: OperatorCall): Promise<void> {
  const args =
    call.name === 'updateAddress'
      ? [call.node, parseIpv4(call.address.ip) ?? 0, call.address.httpsPort, call.address.omqPort]
      : [call.node];
  await wallet.send({ contract, abi: registryAbi, name: call.name, args });
}

/** The registry's number of an operator's node, while its stake is there; `undefined` for none. */
export async function entryOf(wallet: Wallet, contract: Hex, ed25519: Bytes): Promise<bigint | undefined> {
  const args = [`0x${toHex(ed25519)}`, wallet.account.address];
  const id = await wallet.view({ contract, abi: registryAbi, name: 'entryOf', args });
  return id === 0n ? undefined : (id as bigint);
}

/** Who votes on a node in an epoch: numbers and vote keys (lower case) by seat. */
export async function quorumOf(
  wallet: Wallet,
  contract: Hex,
  { node, epoch }: Pick<Removal, 'node' | 'epoch'>,
): Promise<readonly { readonly id: bigint; readonly voteKey: Hex }[]> {
  const args = [node, epoch];
  const answer = await wallet.view({ contract, abi: registryAbi, name: 'quorum', args });
  const [ids, voters] = answer as readonly [readonly bigint[], readonly Hex[]];
  return ids.map((id, seat) => ({ id, voteKey: (voters[seat] ?? '0x').toLowerCase() as Hex }));
}

/** The contract's own count (Registry.sol, `votesNeeded`). */
export function votesNeeded(voters: number): number {
  return Math.ceil((2 * voters) / 3);
}

export async function currentEpoch(wallet: Wallet, contract: Hex): Promise<bigint> {
  return (await wallet.view({ contract, abi: registryAbi, name: 'currentEpoch', args: [] })) as bigint;
}

export interface Vote {
  readonly seat: number;
  readonly signature: Hex;
}

/** Remove a node by the votes of its quorum, in any order. */
export async function removeNode(
  wallet: Wallet,
  contract: Hex,
  { node, epoch, reason, votes }: Removal & { readonly votes: readonly Vote[] },
): Promise<void> {
  const ascending = votes.toSorted((left, right) => left.seat - right.seat);
  const seats = ascending.map(({ seat }) => BigInt(seat));
  const args = [node, epoch, reason, seats, ascending.map(({ signature }) => signature)];
  await wallet.send({ contract, abi: registryAbi, name: 'remove', args });
}
