import {
  type Abi,
  BaseError,
  ContractFunctionRevertedError,
  createPublicClient,
  createWalletClient,
  custom,
  defineChain,
  type TransactionReceipt,
} from 'viem';
import type { AskEndpoint } from './endpoint.ts';
import { ChainError } from './errors.ts';
import { MAX_REPLY_BYTES, REPLY_TIMEOUT } from './limits.ts';
import type { Hex } from './source.ts';
import type { VoteAccount } from './voter.ts';

export interface WalletRequest {
  readonly chainId: number;
  /** Asked in this order until one answers. An endpoint can hold a transaction back; it cannot alter one. */
  readonly endpoints: readonly string[];
  readonly ask: AskEndpoint;
  readonly account: VoteAccount;
}

export interface ContractCall {
  readonly contract: Hex;
  readonly abi: readonly unknown[];
  readonly name: string;
  readonly args: readonly unknown[];
}

/** For a transaction to get into a block, and between looks for it. Milliseconds. */
const MINED_WITHIN = 120_000;
const LOOK_EVERY = 500;

/** An account that pays, and a way to the chain. Its methods reject with ChainError. */
export class Wallet {
  readonly account: VoteAccount;
  readonly #wallet;
  readonly #public;

  constructor({ chainId, endpoints, ask, account }: WalletRequest) {
    this.account = account;
    const chain = defineChain({
      id: chainId,
      name: `chain ${chainId}`,
      nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
      rpcUrls: { default: { http: [...endpoints] } },
    });
    const request = (asked: RpcRequest): Promise<unknown> => askInTurn(endpoints, ask, asked);
    const transport = custom({ request }, { retryCount: 0 });
    this.#wallet = createWalletClient({ account, chain, transport });
    this.#public = createPublicClient({ chain, transport, pollingInterval: LOOK_EVERY, cacheTime: 0 });
  }

  /** Call a function and wait until it has happened. What would be refused costs nothing. */
  async send({ contract, abi, name, args }: ContractCall): Promise<TransactionReceipt> {
    const call = { address: contract, abi: abi as Abi, functionName: name, args: [...args] };
    await this.#public.simulateContract({ ...call, account: this.account }).catch(fail);
    const hash = await this.#wallet.writeContract(call).catch(fail);
    return this.#untilMined(hash);
  }

  /** Make a contract; resolves with its address. */
  async deploy(abi: readonly unknown[], code: Hex, args: readonly unknown[]): Promise<Hex> {
    const hash = await this.#wallet
      .deployContract({ abi: abi as Abi, bytecode: code, args: [...args] })
      .catch(fail);
    const { contractAddress } = await this.#untilMined(hash);
    if (typeof contractAddress !== 'string') throw new ChainError('refused', 'the chain made no contract');
    return contractAddress.toLowerCase() as Hex;
  }

  async isContract(address: Hex): Promise<boolean> {
    const code = await this.#public.getCode({ address }).catch(fail);
    return code !== undefined && code !== '0x';
  }

  /** What a view answers now, by one endpoint's word: for what is then checked by the contract itself. */
  async view({ contract, abi, name, args }: ContractCall): Promise<unknown> {
    const call = { address: contract, abi: abi as Abi, functionName: name, args: [...args] };
    return this.#public.readContract(call).catch(fail);
  }

  async #untilMined(hash: Hex): Promise<TransactionReceipt> {
    let receipt: TransactionReceipt;
    try {
      receipt = await this.#public.waitForTransactionReceipt({ hash, timeout: MINED_WITHIN });
    } catch (cause) {
      throw new ChainError('pending', 'the transaction is in no block yet', { cause });
    }
    if (receipt.status === 'success') return receipt;
    throw new ChainError('refused', 'the chain has undone the transaction');
  }
}

interface RpcRequest {
  readonly method: string;
  readonly params?: unknown;
}

/** An endpoint has answered, and said no. */
class RpcRefusal extends Error {
  override readonly name = 'RpcRefusal';
  /** viem tells a contract's own errors by these. */
  readonly code: unknown;
  readonly data: unknown;

  constructor({ message, code, data }: Readonly<Record<string, unknown>>) {
    super(String(message).slice(0, 200));
    this.code = code;
    this.data = data;
  }
}

class NoEndpoint extends Error {
  override readonly name = 'NoEndpoint';
}

async function askInTurn(
  endpoints: readonly string[],
  ask: AskEndpoint,
  { method, params = [] }: RpcRequest,
): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  for (const url of endpoints) {
    let answer: Readonly<Record<string, unknown>>;
    try {
      answer = JSON.parse(await ask(url, body, { maxReply: MAX_REPLY_BYTES, timeout: REPLY_TIMEOUT }));
    } catch {
      continue;
    }
    if (typeof answer !== 'object' || answer === null) continue;
    const { error, result } = answer;
    if (typeof error === 'object' && error !== null) throw new RpcRefusal({ ...error });
    return result;
  }
  throw new NoEndpoint('no endpoint of the chain answers');
}

function fail(error: unknown): never {
  const find = (kind: abstract new (...args: never[]) => unknown): unknown =>
    error instanceof kind
      ? error
      : error instanceof BaseError
        ? error.walk((cause) => cause instanceof kind)
        : undefined;
  if (find(NoEndpoint) instanceof NoEndpoint) {
    throw new ChainError('unreachable', 'no endpoint of the chain answers', { cause: error });
  }
  const reverted = find(ContractFunctionRevertedError);
  const reason = reverted instanceof ContractFunctionRevertedError ? reverted.data?.errorName : undefined;
  if (reason === undefined) throw new ChainError('refused', 'the chain refused it', { cause: error });
  throw new ChainError('refused', `the contract refused it: ${reason}`, { reason, cause: error });
}
