import { DirectoryError } from '@sotto/directory';
import { CliError, DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
import { explainChain, readAccountKey, readNamedFile } from './chain-account.ts';
import type { Context } from './context.ts';
import { explainServers } from './explain-servers.ts';

type Invocation = InvocationOf<
  'node vote-key' | 'node register' | 'node move' | 'node exit' | 'node withdraw'
>;

const ACTIONS = {
  'node move': 'updateAddress',
  'node exit': 'requestExit',
  'node withdraw': 'withdraw',
} as const;

const WORDS = {
  'node move': 'the registry has the new address',
  'node exit': 'the exit has begun; keep the storage node running until its delay is over',
  'node withdraw': 'the storage node has left the registry, and its operator has the stake',
} as const;

/** Of a file that names no registry. */
function explainFile(error: unknown): CliError | undefined {
  if (!(error instanceof DirectoryError)) return undefined;
  return new CliError(
    'bad-directory',
    error.message,
    'give the file that `sotto registry deploy` has written: it names the chain, the contract and its endpoints',
  );
}

/** What an operator does with a storage node and a registry. */
export async function nodeRegistry(invocation: Invocation, { output }: Context): Promise<number> {
  const { operateNode, registerNode, voteAddress } = await import('@sotto/app-storage-node');
  try {
    if (invocation.command === 'node vote-key') {
      const address = await voteAddress(invocation.data);
      await output.result({ vote_key: address }, address);
      return DONE;
    }
    const { command, data } = invocation;
    const registry = await readNamedFile(invocation.registry);
    const request = { data, registry, operatorKey: await readAccountKey(invocation.key) };
    if (command === 'node register') {
      const { operator, voteKey } = await registerNode(request);
      const words = `registered by ${operator}\nvote key: ${voteKey}`;
      await output.result({ operator, vote_key: voteKey }, words);
      output.note(
        'send the vote key a little of the chain’s money: it pays for the removals that this node sends',
      );
      return DONE;
    }
    await operateNode(request, ACTIONS[command]);
    await output.result({ done: ACTIONS[command] }, WORDS[command]);
    return DONE;
  } catch (error) {
    throw explainChain(error) ?? explainServers(error) ?? explainFile(error) ?? error;
  }
}
