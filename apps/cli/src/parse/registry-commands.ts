import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { defineCommand, type Sink } from './define-command.ts';
import type { FlagReader } from './flag-reader.ts';
import { json, type SwitchFlag, type ValueFlag } from './flags.ts';
import { readChoice, readCount, readLine, readPath } from './values.ts';

const rpc: ValueFlag<readonly string[]> = {
  name: 'rpc',
  shown: 'url',
  about: 'a JSON-RPC endpoint of the chain; can be given several times, and all of them are written down',
  many: ',',
  read: (text) => text.split(',').map((url) => readLine(url, 2048)),
};

const key: ValueFlag<string> = {
  name: 'key',
  shown: 'file',
  about: 'the key of the account that pays the fees: 64 hexadecimal digits',
  read: readPath,
};

const file: ValueFlag<string> = {
  name: 'file',
  shown: 'file',
  about: 'the file to write, which names the registry; it must not be there yet',
  read: readPath,
};

const token: ValueFlag<`0x${string}`> = {
  name: 'token',
  shown: 'address',
  about: 'the ERC-20 token that nodes stake',
  read: (text) => {
    if (/^0x[0-9a-fA-F]{40}$/.test(text)) return text.toLowerCase() as `0x${string}`;
    throw new CliError('usage', 'it is 0x and 40 hexadecimal digits');
  },
};

const testToken: SwitchFlag = {
  name: 'test-token',
  about: 'make a token for it that anybody can have for nothing: to try it, on a chain of no worth',
};

const stake: ValueFlag<bigint> = {
  name: 'stake',
  shown: 'number',
  about: 'what each node stakes, in the smallest unit of the token (default with --test-token: 100)',
  read: (text) => {
    if (/^[1-9]\d{0,76}$/.test(text)) return BigInt(text);
    throw new CliError('usage', 'it is a whole number from 1');
  },
};

const agree = counted('agree', 'how many endpoints must say the same (default: more than half)', 8);
const confirmations = counted(
  'confirmations',
  'blocks on top of the one that counts (default: as the chain calls final)',
  10_000,
);
const YEAR = 365 * 86_400;
const exitDelay = counted('exit-delay', 'seconds from asking to leave to leaving (default: 15 days)', YEAR);
const removedLock = counted(
  'removed-lock',
  'seconds for which the stake of a removed node waits (default: 30 days)',
  YEAR,
);
const maxNodes = counted('max-nodes', 'nodes at most (default: 1000)', 1000);
const epochBlocks = counted('epoch-blocks', 'blocks for which a quorum votes (default: 100)', 120);

const subnets: ValueFlag<'distinct' | 'ignore'> = {
  name: 'subnets',
  shown: 'distinct|ignore',
  about: 'ignore is for nodes on loopback addresses only (default: distinct)',
  read: (text) => readChoice(text, ['distinct', 'ignore']),
};

export function defineRegistryCommands(root: Command, sink: Sink): void {
  const registry = root.command('registry').description('make a registry of storage nodes on a chain');
  defineCommand(
    registry,
    {
      name: 'deploy',
      about: 'make a registry whose rules nobody can change, and write the file that names it',
      flags: [
        ...[rpc, key, file, token, testToken, stake, agree, confirmations],
        ...[exitDelay, removedLock, maxNodes, epochBlocks, subnets, json],
      ],
      examples: [
        'registry deploy --rpc https://rpc.example --rpc https://other.example --key deployer.key --token 0x5f3b… --stake 1000000 --file chain.json',
        'registry deploy --rpc http://127.0.0.1:8545 --key deployer.key --test-token --confirmations 0 --subnets ignore --file chain.json',
      ],
      make: (read) => {
        const [blocks, rule, needed] = [
          read.optional(confirmations),
          read.optional(subnets),
          read.optional(agree),
        ];
        return {
          command: 'registry deploy',
          json: read.isOn(json),
          rpc: read.required(rpc),
          key: read.required(key),
          file: read.required(file),
          staked: readStake(read),
          parameters: definedOf({
            exitDelay: read.optional(exitDelay),
            removedLock: read.optional(removedLock),
            maxNodes: read.optional(maxNodes),
            epochBlocks: read.optional(epochBlocks),
          }),
          ...(needed === undefined ? {} : { agree: needed }),
          ...(blocks === undefined ? {} : { confirmations: blocks }),
          subnets: rule ?? 'distinct',
        };
      },
    },
    sink,
  );
}

/** A real token has a stake that somebody has thought about. */
function readStake(read: FlagReader): { readonly token: `0x${string}` | 'test'; readonly stake: bigint } {
  const [address, isTest, amount] = [read.optional(token), read.isOn(testToken), read.optional(stake)];
  if (isTest && address === undefined) return { token: 'test', stake: amount ?? 100n };
  if (!isTest && address !== undefined && amount !== undefined) return { token: address, stake: amount };
  throw new CliError(
    'usage',
    'nodes stake something of a token',
    'give --token ADDRESS and --stake NUMBER, or --test-token to try it',
  );
}

function counted(name: string, about: string, most: number): ValueFlag<number> {
  const read = (text: string): number => (text === '0' ? 0 : readCount(text, most));
  return { name, shown: 'number', about, read };
}

function definedOf<Values extends Readonly<Record<string, number | undefined>>>(
  values: Values,
): { readonly [Name in keyof Values]?: number } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    readonly [Name in keyof Values]?: number;
  };
}
