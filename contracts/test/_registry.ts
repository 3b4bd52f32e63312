import type { Bytes } from '@sotto/bytes';
import { type Ed25519KeyPair, ed25519KeyPair, ed25519Sign, randomBytes } from '@sotto/crypto';
import {
  type AskEndpoint,
  approveStake,
  type ChainSource,
  deployRegistry,
  deployTestToken,
  type Hex,
  mintTestToken,
  quorumOf,
  type RegistryPlace,
  type RegistryReading,
  readRegistry,
  registerNode,
  registryAbi,
  type Vote,
  type VoteAccount,
  voteAccount,
  Wallet,
} from '@sotto/directory/chain';
import { type AnvilServer, startAnvil } from '@sotto/test-servers';

export const STAKE = 100n;
export const EXIT_DELAY = 1000;
export const REMOVED_LOCK = 5000;
export const EPOCH = 10;

export const ask: AskEndpoint = async (url, body, { timeout }) => {
  const headers = { 'content-type': 'application/json' };
  const signal = AbortSignal.timeout(timeout);
  return (await fetch(url, { method: 'POST', headers, body, signal })).text();
};

/** A node of a test and all of its keys. */
export interface TestNode {
  readonly pair: Ed25519KeyPair;
  readonly voter: VoteAccount;
  readonly operator: Wallet;
  readonly ip: string;
  readonly id: bigint;
}

export interface TestRegistry {
  readonly anvil: AnvilServer;
  readonly place: RegistryPlace;
  readonly source: ChainSource;
  readonly token: Hex;
  /** An account with money and stakes for several nodes. */
  operator(): Promise<Wallet>;
  /** A node registered by an operator of its own unless told otherwise. */
  node(over?: Partial<Omit<TestNode, 'id'>>): Promise<TestNode>;
  read(): Promise<RegistryReading>;
  balance(holder: Hex): Promise<bigint>;
  /** Let time pass, and a block come. */
  pass(seconds: number): Promise<void>;
  mine(blocks: number): Promise<void>;
  close(): Promise<void>;
}

let addresses = 0;

export async function startRegistry(
  options: { readonly chainId?: number; readonly tokenOf?: (rich: Wallet) => Promise<Hex> } = {},
): Promise<TestRegistry> {
  const { chainId = 31_337 } = options;
  const anvil = await startAnvil({ chainId });
  try {
    return await deployOn(anvil, { chainId, tokenOf: options.tokenOf ?? deployTestToken });
  } catch (error) {
    await anvil.stop();
    throw error;
  }
}

export async function deployOn(
  anvil: AnvilServer,
  { chainId, tokenOf }: { readonly chainId: number; readonly tokenOf: (rich: Wallet) => Promise<Hex> },
): Promise<TestRegistry> {
  const walletOf = (account: VoteAccount): Wallet =>
    new Wallet({ chainId, endpoints: [anvil.url], ask, account });
  const rich = walletOf(voteAccount(bytesOf(anvil.richKey)));
  const token = await tokenOf(rich);
  const contract = await deployRegistry(rich, {
    ...{ token, stake: STAKE, exitDelay: EXIT_DELAY, removedLock: REMOVED_LOCK },
    ...{ maxNodes: 1000, epochBlocks: EPOCH },
  });
  const place = { chainId, contract };
  const source: ChainSource = {
    ...{ ...place, endpoints: [anvil.url], agree: 1 },
    ...{ finality: { confirmations: 0 }, subnets: 'ignore' },
  };
  const operator = async (): Promise<Wallet> => {
    const wallet = walletOf(voteAccount(randomBytes(32)));
    await anvil.ask('anvil_setBalance', wallet.account.address, '0x8ac7230489e80000');
    await mintTestToken(wallet, token, 10n * STAKE);
    return wallet;
  };
  const registry: TestRegistry = {
    ...{ anvil, place, source, token, operator },
    async node(over = {}) {
      addresses += 1;
      const node = {
        pair: over.pair ?? ed25519KeyPair(randomBytes(32)),
        voter: over.voter ?? voteAccount(randomBytes(32)),
        operator: over.operator ?? (await operator()),
        ip: over.ip ?? `127.0.${addresses >> 8}.${addresses & 255}`,
      };
      await approveStake(node.operator, contract);
      await registerNode(node.operator, {
        ...{ place, ip: node.ip, httpsPort: 22_021, omqPort: 0, voter: node.voter },
        ed25519: node.pair.publicKey,
        sign: (text) => ed25519Sign(node.pair.secretKey, text),
      });
      const entries = await lastId(node.operator, contract);
      return { ...node, id: entries };
    },
    read: () => readRegistry({ source, ask }),
    balance: async (holder) => {
      const abi = [
        {
          ...{ type: 'function', name: 'balanceOf', stateMutability: 'view' },
          ...{ inputs: [{ name: 'holder', type: 'address' }], outputs: [{ name: '', type: 'uint256' }] },
        },
      ];
      return (await rich.view({ contract: token, abi, name: 'balanceOf', args: [holder] })) as bigint;
    },
    pass: async (seconds) => {
      await anvil.ask('evm_increaseTime', seconds);
      await anvil.ask('evm_mine');
    },
    mine: async (blocks) => {
      await anvil.ask('anvil_mine', `0x${blocks.toString(16)}`);
    },
    close: () => anvil.stop(),
  };
  return registry;
}

/** The newest entry's number, from the end of the journal. */
async function lastId(wallet: Wallet, contract: Hex): Promise<bigint> {
  const [, length] = (await wallet.view({ contract, abi: registryAbi, name: 'summary', args: [] })) as [
    bigint,
    bigint,
  ];
  const args = [length - 1n, 1n];
  const [word] = (await wallet.view({ contract, abi: registryAbi, name: 'journal', args })) as [bigint];
  return BigInt.asUintN(64, word >> 128n);
}

/** Votes of the quorum's first members by whoever of `nodes` has their key. */
export async function votesOf(
  registry: TestRegistry,
  nodes: readonly TestNode[],
  removal: { readonly node: bigint; readonly epoch: bigint },
  sign: (voter: VoteAccount) => Promise<Hex>,
): Promise<readonly Vote[]> {
  const [{ operator }] = nodes as readonly [TestNode];
  const quorum = await quorumOf(operator, registry.place.contract, removal);
  const votes: Vote[] = [];
  for (const [seat, { voteKey }] of quorum.entries()) {
    const member = nodes.find(({ voter }) => voter.address.toLowerCase() === voteKey);
    if (member !== undefined) votes.push({ seat, signature: await sign(member.voter) });
  }
  return votes;
}

function bytesOf(hex: string): Bytes {
  return Uint8Array.from(Buffer.from(hex.slice(2), 'hex'));
}

/** The call that the given one refuses, by the contract's own word for why. */
export function refusedFor(reason: string): object {
  return { code: 'refused', facts: { reason } };
}
