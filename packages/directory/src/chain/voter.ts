import { type Bytes, toHex } from '@sotto/bytes';
import { recoverTypedDataAddress } from 'viem';
import { type PrivateKeyAccount, privateKeyToAccount } from 'viem/accounts';
import type { RegistryPlace } from './registration-text.ts';
import type { Hex } from './source.ts';

/** Why a node is to be removed, as the contract numbers it. */
export const REMOVAL_REASON = { unreachable: 1, badProof: 2 } as const;

export type RemovalReason = (typeof REMOVAL_REASON)[keyof typeof REMOVAL_REASON];

/** What a vote says. */
export interface Removal {
  /** The registry's number of the node. */
  readonly node: bigint;
  readonly epoch: bigint;
  readonly reason: RemovalReason;
}

/** The account of a vote key, which also pays for the transactions that it sends. */
export type VoteAccount = PrivateKeyAccount;

/** `secretKey`: 32 bytes of secp256k1. Throws for what is none. */
export function voteAccount(secretKey: Bytes): VoteAccount {
  return privateKeyToAccount(`0x${toHex(secretKey)}`);
}

function domain({ chainId, contract }: RegistryPlace) {
  return { name: 'Sotto Registry', version: '1', chainId, verifyingContract: contract };
}

/** The proof that a vote key is the operator's to use, which the contract checks. */
export function signRegistration(
  account: VoteAccount,
  place: RegistryPlace,
  message: { readonly operator: Hex; readonly ed25519: Hex },
): Promise<Hex> {
  return account.signTypedData({
    domain: domain(place),
    types: {
      Registration: [
        { name: 'operator', type: 'address' },
        { name: 'ed25519', type: 'bytes32' },
      ],
    },
    primaryType: 'Registration',
    message,
  });
}

function removalData(place: RegistryPlace, message: Removal) {
  return {
    domain: domain(place),
    types: {
      Removal: [
        { name: 'node', type: 'uint64' },
        { name: 'epoch', type: 'uint64' },
        { name: 'reason', type: 'uint8' },
      ],
    },
    primaryType: 'Removal',
    message,
  } as const;
}

export function signRemoval(account: VoteAccount, place: RegistryPlace, removal: Removal): Promise<Hex> {
  return account.signTypedData(removalData(place, removal));
}

/** Whose vote this is: an address in lower case, or `undefined` for what is no signature. */
export async function removalSigner(
  place: RegistryPlace,
  removal: Removal,
  signature: Hex,
): Promise<Hex | undefined> {
  try {
    const address = await recoverTypedDataAddress({ ...removalData(place, removal), signature });
    return address.toLowerCase() as Hex;
  } catch {
    return undefined;
  }
}
