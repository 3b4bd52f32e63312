import { readFile } from 'node:fs/promises';
import { fromHex } from '@sotto/bytes';
import { CliError, DONE } from '../cli-error.ts';
import type { InvocationOf } from '../parse/invocation.ts';
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
    const registry = await read(invocation.registry);
    const request = { data, registry, operatorKey: readKey(await read(invocation.key)) };
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
    throw explainChain(error) ?? explainServers(error) ?? error;
  }
}

const HINTS = {
  refused: 'does the operator have enough of the stake’s token, and of the chain’s money for its fees?',
  unreachable: 'are the endpoints in the file that names the registry right, and up?',
  pending: 'look for it later, before you send it again',
} as const;

function explainChain(error: unknown): CliError | undefined {
  if (!(error instanceof Error) || error.name !== 'ChainError') return undefined;
  const code = (error as { readonly code?: unknown }).code as keyof typeof HINTS;
  return new CliError(`chain-${code}`, error.message, HINTS[code]);
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw new CliError('failed', `${file} cannot be read`, 'there is no such file, or you may not read it');
  }
}

function readKey(text: string): ReturnType<typeof fromHex> {
  const digits = text.trim().replace(/^0x/, '');
  if (/^[0-9a-fA-F]{64}$/.test(digits)) return fromHex(digits);
  throw new CliError('failed', 'the file of the key holds no key', 'it is 64 hexadecimal digits');
}
