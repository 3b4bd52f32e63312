import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { defineCommand, type Sink } from './define-command.ts';
import { readNamed } from './flag-reader.ts';
import { backupFrom, backupTo, json, metricsListen, type SwitchFlag, type ValueFlag } from './flags.ts';
import type { HostPort } from './network-invocations.ts';
import { readOperation } from './read-operation.ts';
import { readCount, readHostPort, readMailbox, readPath } from './values.ts';

const data: ValueFlag<string> = {
  name: 'data',
  shown: 'folder',
  about: 'the folder of the storage node',
  read: readPath,
};

const publicAddress: ValueFlag<HostPort> = {
  name: 'public',
  shown: 'ip:port',
  about: 'the IPv4 address and port that others dial',
  read: (text) => {
    const address = readIpv4Port(text);
    if (address.host !== '0.0.0.0' && address.port !== 0) return address;
    throw new CliError('usage', 'it is the one address and port that others dial, such as 203.0.113.7:22021');
  },
};

const listen: ValueFlag<HostPort> = {
  name: 'listen',
  shown: 'ip:port',
  about: 'the IPv4 address and port to listen on',
  read: readIpv4Port,
};

const omqPort: ValueFlag<number> = {
  name: 'omq-port',
  shown: 'number',
  about: 'the port for OxenMQ, to storage nodes of the original network (default: none)',
  read: (text) => {
    if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
    throw new CliError('usage', 'it is a port, or 0 for none');
  },
};

const directory: ValueFlag<string> = {
  name: 'directory',
  shown: 'file',
  about: 'the signed list of storage nodes, or the file that names their registry',
  read: readPath,
};

const trace: ValueFlag<string> = {
  name: 'trace',
  shown: 'file',
  about: 'write a line for each opened onion layer; only where all storage nodes are on this machine',
  read: readPath,
};

const quick: SwitchFlag = {
  name: 'quick-votes',
  about:
    'test others, vote and ask for a list that nobody signs within seconds; only where all storage nodes are on this machine',
};

const registry: ValueFlag<string> = {
  name: 'registry',
  shown: 'file',
  about: 'the file that names the registry',
  read: readPath,
};

const operatorKey: ValueFlag<string> = {
  name: 'key',
  shown: 'file',
  about: 'the key of the account that pays the stake: 64 hexadecimal digits',
  read: readPath,
};

/** What an operator does with a registry. */
const OPERATIONS = {
  register: 'pay the stake and list this storage node in a registry',
  move: 'tell a registry the address that `node init` has last given this storage node',
  exit: 'begin to leave a registry; go on serving until the delay is over',
  withdraw: 'leave a registry after the delay, and take the stake back',
} as const;

export function defineNodeCommands(root: Command, sink: Sink): void {
  const node = root.command('node').description('run a storage node of your own');
  defineCommand(
    node,
    {
      name: 'init',
      about: 'make a storage node and print its description for the keeper of a directory',
      flags: [data, publicAddress, omqPort, json],
      examples: ['node init --data ./node --public 203.0.113.7:22021 > NODE.json'],
      make: (read) => ({
        command: 'node init',
        json: read.isOn(json),
        data: read.required(data),
        public: read.required(publicAddress),
        omqPort: read.optional(omqPort) ?? 0,
      }),
    },
    sink,
  );
  defineCommand(
    node,
    {
      name: 'serve',
      about: 'run a storage node until it is told to end',
      flags: [data, listen, directory, metricsListen, trace, quick, json],
      configurable: true,
      examples: [
        'node serve --data ./node --listen 0.0.0.0:22021 --directory ./directory.json',
        'node serve --config ./node.json --data ./node --metrics-listen 127.0.0.1:9101',
      ],
      make: (read) => {
        const file = read.optional(trace);
        return {
          command: 'node serve',
          json: read.isOn(json),
          data: read.required(data),
          listen: read.required(listen),
          directory: read.required(directory),
          ...(file === undefined ? {} : { trace: file }),
          quick: read.isOn(quick),
          ...readOperation(read),
        };
      },
    },
    sink,
  );
  defineCommand(
    node,
    {
      name: 'vote-key',
      about: 'print the address of the key with which this storage node votes; it needs a little money',
      flags: [data, json],
      examples: ['node vote-key --data ./node'],
      make: (read) => ({ command: 'node vote-key', json: read.isOn(json), data: read.required(data) }),
    },
    sink,
  );
  for (const [name, about] of Object.entries(OPERATIONS)) {
    const command = `node ${name as keyof typeof OPERATIONS}` as const;
    defineCommand(
      node,
      {
        ...{ name, about, flags: [data, registry, operatorKey, json] },
        examples: [`${command} --data ./node --registry ./chain.json --key ./operator.key`],
        make: (read) => ({
          command,
          json: read.isOn(json),
          data: read.required(data),
          registry: read.required(registry),
          key: read.required(operatorKey),
        }),
      },
      sink,
    );
  }
  defineCommand(
    node,
    {
      name: 'backup',
      about: 'copy the keys of a storage node to a new folder, also while it runs; messages are not in it',
      flags: [data, backupTo, json],
      examples: ['node backup --data ./node --to ./backup-of-node'],
      make: (read) => ({
        command: 'node backup',
        json: read.isOn(json),
        data: read.required(data),
        to: read.required(backupTo),
      }),
    },
    sink,
  );
  defineCommand(
    node,
    {
      name: 'restore',
      about: 'make the folder of a storage node from a backup',
      flags: [backupFrom, data, json],
      examples: ['node restore --from ./backup-of-node --data ./node'],
      make: (read) => ({
        command: 'node restore',
        json: read.isOn(json),
        from: read.required(backupFrom),
        data: read.required(data),
      }),
    },
    sink,
  );
  defineCommand(
    node,
    {
      name: 'ledger',
      about: 'print all that a storage node holds, counted, or every row about one mailbox',
      args: [
        { name: 'mailbox', about: 'an account ID or another mailbox: 66 hexadecimal digits', optional: true },
      ],
      flags: [data, json],
      examples: ['node ledger --data ./node', `node ledger --data ./node 05${'7f'.repeat(32)}`],
      make: (read, [mailbox]) => ({
        command: 'node ledger',
        json: read.isOn(json),
        data: read.required(data),
        ...(mailbox !== undefined && { mailbox: readNamed('[mailbox]', readMailbox, mailbox) }),
      }),
    },
    sink,
  );
  defineCommand(
    node,
    {
      name: 'drill',
      about: 'show on a network of its own that people go on when every seed, relay and list host is off',
      flags: [drillFolder, drillNodes, drillChain, json],
      examples: ['node drill', 'node drill --chain', 'node drill --nodes 12 --json'],
      make: (read) => {
        const dir = read.optional(drillFolder);
        return {
          command: 'node drill',
          json: read.isOn(json),
          nodes: read.optional(drillNodes) ?? 9,
          chain: read.isOn(drillChain),
          ...(dir === undefined ? {} : { dir }),
        };
      },
    },
    sink,
  );
}

const drillChain: SwitchFlag = {
  name: 'chain',
  about: 'with the nodes in a registry, whose chain is off then, too, in the place of a signed list',
};

const drillFolder: ValueFlag<string> = {
  name: 'dir',
  shown: 'folder',
  about: 'where it happens, and stays (default: a temporary folder)',
  read: readPath,
};

const drillNodes: ValueFlag<number> = {
  name: 'nodes',
  shown: 'number',
  about: 'how many storage nodes, 6 to 99 (default: 9)',
  read: (text) => {
    const count = readCount(text, 99);
    if (count >= 6) return count;
    throw new CliError('usage', 'with fewer than 6 none of them could be missed');
  },
};

/** Nodes are listed and dialled by IPv4 addresses, as in the network that they speak with. */
function readIpv4Port(text: string): HostPort {
  const address = readHostPort(text);
  const parts = address.host.split('.');
  const numbers =
    parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256);
  if (numbers) return address;
  throw new CliError('usage', 'storage nodes have IPv4 addresses: it looks like 203.0.113.7:22021');
}
