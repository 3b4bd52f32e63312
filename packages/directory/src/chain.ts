/**
 * The directory of a network whose nodes are in a registry contract. A door of its own, because only those who read
 * a chain should load what it takes.
 */
export { chainIdOf } from './chain/chain-id.ts';
export type { AskEndpoint, Block, WhyFaulty } from './chain/endpoint.ts';
export type { ChainErrorCode } from './chain/errors.ts';
export { ChainError } from './chain/errors.ts';
export { registryAbi } from './chain/generated/registry-abi.ts';
export type { RegistryEvent } from './chain/journal.ts';
export type { RegisteredNode, WhyDropped } from './chain/list-nodes.ts';
export type { ChainDirectory, EndpointFault, ReadRequest, RegistryReading } from './chain/read-registry.ts';
export { readRegistry } from './chain/read-registry.ts';
export type { Registration, RegistryPlace } from './chain/registration-text.ts';
export { registrationText } from './chain/registration-text.ts';
export type {
  NodeAddressOnChain,
  OperatorCall,
  RegisterRequest,
  RegistryParameters,
  Vote,
} from './chain/registry.ts';
export {
  approveStake,
  callRegistry,
  currentEpoch,
  deployRegistry,
  deployTestToken,
  entryOf,
  mintTestToken,
  quorumOf,
  REGISTRY_DEFAULTS,
  registerNode,
  registration,
  removeNode,
  stakeOf,
  votesNeeded,
} from './chain/registry.ts';
export type { ChainSource, Finality, Hex } from './chain/source.ts';
export { formatChainSource, parseChainSource } from './chain/source.ts';
export type { RegistrySwarms } from './chain/swarms-of-registry.ts';
export type { Removal, RemovalReason, VoteAccount } from './chain/voter.ts';
export { REMOVAL_REASON, removalSigner, signRegistration, signRemoval, voteAccount } from './chain/voter.ts';
export type { ContractCall, WalletRequest } from './chain/wallet.ts';
export { Wallet } from './chain/wallet.ts';
