import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { defineCommand, type Sink } from './define-command.ts';
import { type FlagReader, readNamed } from './flag-reader.ts';
import { json, proxy, type ValueFlag } from './flags.ts';
import { readChoice, readLine, readPath } from './values.ts';

const file: ValueFlag<string> = {
  name: 'file',
  shown: 'file',
  about: 'the file of the list',
  read: readPath,
};

const key: ValueFlag<string> = {
  name: 'key',
  shown: 'file',
  about: 'the file of the key to sign with',
  read: readPath,
};

const threshold: ValueFlag<number> = {
  name: 'threshold',
  shown: 'number',
  about: 'how many signers must sign (default: more than half)',
  read: (text) => {
    if (!/^[1-9]\d?$/.test(text)) throw new CliError('usage', 'it is a number from 1');
    return Number(text);
  },
};

const signer: ValueFlag<readonly string[]> = {
  name: 'signer',
  shown: 'hex',
  about: 'the public key of one signer more; can be given several times',
  many: ',',
  read: (text) => text.split(',').map(readKey),
};

const from: ValueFlag<readonly string[]> = {
  name: 'from',
  shown: 'url',
  about: 'a seed, with its key: https://host:port#key=…; can be given several times',
  many: ',',
  read: (text) => text.split(',').map((url) => readLine(url, 512)),
};

const chain: ValueFlag<string> = {
  name: 'chain',
  shown: 'file',
  about: 'the file that names a registry, which is asked in the place of seeds',
  read: readPath,
};

const subnets: ValueFlag<'distinct' | 'ignore'> = {
  name: 'subnets',
  shown: 'distinct|ignore',
  about: 'ignore is for nodes on loopback addresses only (default: distinct)',
  read: (text) => readChoice(text, ['distinct', 'ignore']),
};

const swarm: ValueFlag<bigint | 'new'> = {
  name: 'swarm',
  shown: 'id|new',
  about: 'the swarm of the node (default: the smallest)',
  read: (text) => {
    if (text === 'new') return text;
    if (!/^\d{1,20}$/.test(text))
      throw new CliError('usage', 'it is new, or a swarm ID as in `directory show`');
    return BigInt(text);
  },
};

export function defineDirectoryCommands(root: Command, sink: Sink): void {
  const directory = root.command('directory').description('keep a signed list of storage nodes');
  defineCommand(
    directory,
    {
      name: 'init',
      about: 'begin a list; makes the key if there is none',
      flags: [file, key, threshold, signer, subnets, json],
      examples: [
        'directory init --file nodes.json --key directory.key',
        'directory init --file nodes.json --key directory.key --threshold 2 --signer 3b6a… --signer 7f21…',
        'directory init --file nodes.json --key directory.key --subnets ignore',
      ],
      make: (read) => {
        const needed = read.optional(threshold);
        return {
          command: 'directory init',
          json: read.isOn(json),
          file: read.required(file),
          key: read.required(key),
          ...(needed === undefined ? {} : { threshold: needed }),
          signers: read.optional(signer) ?? [],
          subnets: read.optional(subnets) ?? 'distinct',
        };
      },
    },
    sink,
  );
  defineCommand(
    directory,
    {
      name: 'add',
      about: 'list a node, or its new address; signs the list again with --key',
      args: [{ name: 'node', about: 'the file that `sotto node init` printed' }],
      flags: [file, key, swarm, json],
      examples: [
        'directory add NODE.json --file nodes.json --key directory.key',
        'directory add NODE.json --file nodes.json --key directory.key --swarm new',
      ],
      make: (read, [node = '']) => {
        const [secret, id] = [read.optional(key), read.optional(swarm)];
        return {
          command: 'directory add',
          json: read.isOn(json),
          file: read.required(file),
          ...(secret === undefined ? {} : { key: secret }),
          node: readNamed('<node>', readPath, node),
          ...(id === undefined ? {} : { swarm: id }),
        };
      },
    },
    sink,
  );
  defineCommand(
    directory,
    {
      name: 'remove',
      about: 'take a node off the list; signs the list again with --key',
      args: [{ name: 'who', about: 'the Ed25519 public key of the node, or its IP address' }],
      flags: [file, key, json],
      examples: ['directory remove 5.6.7.8 --file nodes.json --key directory.key'],
      make: (read, [who = '']) => {
        const secret = read.optional(key);
        return {
          command: 'directory remove',
          json: read.isOn(json),
          file: read.required(file),
          ...(secret === undefined ? {} : { key: secret }),
          who: readNamed('<who>', readNode, who),
        };
      },
    },
    sink,
  );
  defineCommand(
    directory,
    {
      name: 'sign',
      about: 'add your signature to the list',
      flags: [file, key, json],
      examples: ['directory sign --file nodes.json --key directory.key'],
      make: (read) => ({
        command: 'directory sign',
        json: read.isOn(json),
        file: read.required(file),
        key: read.required(key),
      }),
    },
    sink,
  );
  defineCommand(
    directory,
    {
      name: 'fetch',
      about: 'ask seeds or a registry for the nodes, and keep them as a list that nobody has signed',
      flags: [from, chain, file, proxy, json],
      examples: [
        "directory fetch --from 'https://5.6.7.8:22021#key=…' --file nodes.json",
        'directory fetch --chain chain.json --file nodes.json',
      ],
      make: (read) => {
        const way = read.optional(proxy);
        return {
          command: 'directory fetch',
          json: read.isOn(json),
          file: read.required(file),
          source: readSource(read),
          ...(way === undefined ? {} : { proxy: way }),
        };
      },
    },
    sink,
  );
  defineCommand(
    directory,
    {
      name: 'show',
      about: 'print the nodes, and who has signed',
      flags: [file, json],
      examples: ['directory show --file nodes.json', 'directory show --file nodes.json --json'],
      make: (read) => ({ command: 'directory show', json: read.isOn(json), file: read.required(file) }),
    },
    sink,
  );
}

function readSource(read: FlagReader): { readonly seeds: readonly string[] } | { readonly chain: string } {
  const [seeds, registry] = [read.optional(from), read.optional(chain)];
  if (seeds !== undefined && registry === undefined) return { seeds };
  if (seeds === undefined && registry !== undefined) return { chain: registry };
  throw new CliError('usage', 'the nodes are asked of seeds, or of a registry', 'give --from or --chain');
}

function readKey(text: string): string {
  const hex = text.trim().toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw new CliError('usage', 'a public key has 64 hexadecimal digits');
  return hex;
}

function readNode(text: string): string {
  const who = readLine(text, 128).trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(who) || /^[\d.]{7,15}$/.test(who)) return who;
  throw new CliError('usage', 'it is an Ed25519 public key of 64 hexadecimal digits, or an IPv4 address');
}
