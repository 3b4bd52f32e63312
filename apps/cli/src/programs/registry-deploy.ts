import { open, rm } from 'node:fs/promises';
import { DirectoryError } from '@sotto/directory';
import type { ChainSource, Hex, Wallet } from '@sotto/directory/chain';
import { CliError, DONE } from '../cli-error.ts';
import type { Output } from '../output.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import { explainChain, readAccountKey } from './chain-account.ts';
import type { Context } from './context.ts';

type Invocation = InvocationOf<'registry deploy'>;
type Chain = typeof import('@sotto/directory/chain');

/** Make a registry on a chain and write the file that names it. */
export async function deployRegistry(invocation: Invocation, { output }: Context): Promise<number> {
  const { file, staked } = invocation;
  const account = await readAccountKey(invocation.key);
  const reserved = await open(file, 'wx', 0o644).catch((error: { code?: unknown }) => {
    const why = error.code === 'EEXIST' ? 'is there already' : `cannot be written (${error.code})`;
    throw new CliError('failed', `${file} ${why}`, 'name another file');
  });
  let isWritten = false;
  try {
    const chain = await import('@sotto/directory/chain');
    const { askEndpoint: ask } = await import('@sotto/app-storage-node');
    const place = await placeOf(chain, invocation, await chain.chainIdOf(invocation.rpc, ask));
    const { chainId, endpoints } = place;
    const wallet = new chain.Wallet({ chainId, endpoints, ask, account: chain.voteAccount(account) });
    output.note(`chain ${chainId}, paid by ${wallet.account.address}`);
    const token = await tokenOf(chain, wallet, staked.token, output);
    output.note('making the registry; nobody can change it afterwards');
    const parameters = { ...chain.REGISTRY_DEFAULTS, ...invocation.parameters, token, stake: staked.stake };
    const contract = await chain.deployRegistry(wallet, parameters);
    // Said before it is written: it is paid for, and nobody would find it again.
    output.note(`the registry is ${contract}`);
    await reserved.writeFile(chain.formatChainSource({ ...place, contract }));
    await reserved.sync();
    isWritten = true;
    const { exitDelay, removedLock, maxNodes, epochBlocks } = parameters;
    await output.result(
      {
        ...{ file, chain: chainId, contract, token, stake: String(staked.stake) },
        ...{
          exit_delay: exitDelay,
          removed_lock: removedLock,
          max_nodes: maxNodes,
          epoch_blocks: epochBlocks,
        },
        ...{ endpoints: endpoints.length, agree: place.agree },
      },
      `registry ${contract} of chain ${chainId}\n${staked.stake} of token ${token} for each node\nwritten to ${file}`,
    );
    return DONE;
  } catch (error) {
    throw explainChain(error) ?? error;
  } finally {
    await reserved.close();
    if (!isWritten) await rm(file, { force: true });
  }
}

/** All that the file says but the contract, held to the file's rules before anything is paid for. */
async function placeOf(
  chain: Chain,
  { rpc, agree = Math.floor(rpc.length / 2) + 1, confirmations, subnets }: Invocation,
  chainId: number,
): Promise<ChainSource> {
  const finality = confirmations === undefined ? 'finalized' : { confirmations };
  const nowhere: Hex = `0x${'00'.repeat(20)}`;
  const source = { chainId, contract: nowhere, endpoints: rpc, agree, finality, subnets } as const;
  try {
    return chain.parseChainSource(chain.formatChainSource(source));
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    throw new CliError(
      'usage',
      'the endpoints cannot be used',
      'at most 8, each once, by https or on this machine, and more than half of them must agree',
    );
  }
}

async function tokenOf(chain: Chain, wallet: Wallet, token: Hex | 'test', output: Output): Promise<Hex> {
  if (token === 'test') {
    output.note('making a token that costs nothing: it keeps nobody out');
    return chain.deployTestToken(wallet);
  }
  if (await wallet.isContract(token)) return token;
  throw new CliError('failed', `there is no contract at ${token} on this chain`, 'is it the right chain?');
}
