import { type Bytes, concatBytes, fromHex, utf8 } from '@sotto/bytes';
import type { Hex } from './source.ts';

/** Where a registry is: what every signature about it names, so that none counts elsewhere. */
export interface RegistryPlace {
  readonly chainId: number;
  readonly contract: Hex;
}

export interface Registration extends RegistryPlace {
  /** Who pays the stake. */
  readonly operator: Hex;
  readonly voteKey: Hex;
  /** 32 bytes. */
  readonly ed25519: Bytes;
}

const LABEL = utf8('sotto registry v1\0');

/**
 * What a node's Ed25519 key signs to be registered by this operator, here, with this vote key. The contract keeps
 * the signature and every reader checks it (docs/spec/directory.md §8).
 */
export function registrationText({ chainId, contract, operator, voteKey, ed25519 }: Registration): Bytes {
  const chain = new Uint8Array(32);
  new DataView(chain.buffer).setBigUint64(24, BigInt(chainId));
  return concatBytes(LABEL, chain, ...[contract, operator, voteKey].map(addressBytes), ed25519);
}

function addressBytes(address: Hex): Bytes {
  return fromHex(address.slice(2));
}
