import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { defineCommand, type Sink } from './define-command.ts';
import { readNamed } from './flag-reader.ts';
import { json, type SwitchFlag, type ValueFlag } from './flags.ts';
import type { HostPort } from './network-invocations.ts';
import { readChoice, readHostPort, readPath } from './values.ts';

/** Where a devnet is unless told otherwise; git ignores it. */
const DIR = '.sotto/devnet';

const dir: ValueFlag<string> = {
  name: 'dir',
  shown: 'folder',
  about: `the folder of the devnet (default: ${DIR})`,
  read: readPath,
};

const nodes: ValueFlag<number> = {
  name: 'nodes',
  shown: 'number',
  about: 'how many storage nodes, 0 to 99 (default: 9)',
  read: (text) => readCount(text, 0),
};

const swarms: ValueFlag<number> = {
  name: 'swarms',
  shown: 'number',
  about: 'in how many swarms (default: three nodes in each)',
  read: (text) => readCount(text, 1),
};

const apps: ValueFlag<readonly string[]> = {
  name: 'apps',
  shown: 'labels',
  about: 'run the apps of so many people, as in alice,bob; each is a page with a profile of its own',
  read: readLabels,
};

const chain: SwitchFlag = {
  name: 'chain',
  about: 'list the nodes in a registry contract, on a chain of this machine, instead of a signed list',
};
const quickVotes: SwitchFlag = {
  name: 'quick-votes',
  about: 'have nodes that are down voted out of the registry within seconds, not after an hour',
};

const listen: ValueFlag<HostPort> = {
  name: 'listen',
  shown: 'ip:port',
  about: 'where the chain answers',
  read: readHostPort,
};

const state: ValueFlag<string> = {
  name: 'state',
  shown: 'file',
  about: 'what remembers the chain from one start to the next',
  read: readPath,
};

const blockTime: ValueFlag<number> = {
  name: 'block-time',
  shown: 'seconds',
  about: 'between blocks in which nothing happens (default: 12)',
  read: (text) => readCount(text, 1),
};

const noRelay: SwitchFlag = { name: 'no-relay', about: 'run no relay' };
const detach: SwitchFlag = { name: 'detach', about: 'go on after this command and its parent have ended' };

export function defineDevnetCommands(root: Command, sink: Sink): void {
  const devnet = defineCommand(
    root,
    {
      name: 'devnet',
      about: 'run a whole network on this machine: a relay and storage nodes, each a process of its own',
      flags: [dir, nodes, swarms, noRelay, chain, quickVotes, apps, detach, json],
      examples: [
        'devnet',
        'devnet --apps alice,bob',
        'devnet --nodes 9 --swarms 3 --dir ./net --detach --json',
        'devnet --chain --nodes 5 --no-relay',
        'devnet ctl kill node:3',
        'devnet ctl --help',
      ],
      make: (read) => {
        const [count, groups] = [read.optional(nodes), read.optional(swarms)];
        const relay = !read.isOn(noRelay);
        if (!relay && count === 0)
          throw new CliError('usage', 'without relay and nodes there is nothing to run');
        if (groups !== undefined && count !== undefined && groups > Math.max(count, 1)) {
          throw new CliError(
            'usage',
            'there are more swarms than nodes',
            'give at most as many --swarms as --nodes',
          );
        }
        if (read.isOn(chain) && groups !== undefined) {
          throw new CliError('usage', 'the registry says who is in which swarm', 'leave --swarms out');
        }
        return {
          command: 'devnet',
          json: read.isOn(json),
          ...(read.isOn(chain) ? { chain: true } : {}),
          quickVotes: read.isOn(quickVotes),
          dir: read.optional(dir) ?? DIR,
          ...(count === undefined ? {} : { nodes: count }),
          ...(groups === undefined ? {} : { swarms: groups }),
          relay,
          apps: read.optional(apps) ?? [],
          detach: read.isOn(detach),
        };
      },
    },
    sink,
  );
  defineCommand(
    devnet,
    {
      name: 'chain',
      about: 'run the chain of a devnet alone, as `devnet --chain` does; anybody can do anything on it',
      flags: [listen, state, blockTime, json],
      examples: ['devnet chain --listen 127.0.0.1:8545 --state ./chain-state.json'],
      make: (read) => ({
        command: 'devnet chain',
        json: read.isOn(json),
        listen: read.required(listen),
        state: read.required(state),
        blockTime: read.optional(blockTime) ?? 12,
      }),
    },
    sink,
  );
  defineCommand(
    devnet,
    {
      name: 'ctl',
      about: 'break and mend a running devnet; what was killed stays down until it is started',
      args: [
        { name: 'action', about: 'kill, start, status or stop' },
        { name: 'target', about: 'relay, chain, node:N or app:LABEL, for kill and start', optional: true },
      ],
      flags: [dir, json],
      examples: [
        'devnet ctl kill relay',
        'devnet ctl start node:3 --dir ./net',
        'devnet ctl status',
        'devnet ctl stop',
      ],
      make: (read, [word = '', target]) => {
        const action = readNamed('<action>', readAction, word);
        const needsTarget = action === 'kill' || action === 'start';
        if (needsTarget !== (target !== undefined)) {
          throw new CliError(
            'usage',
            needsTarget ? `${action} needs a target` : `${action} has no target`,
            'as in `devnet ctl kill node:3` or `devnet ctl status`',
          );
        }
        return {
          command: 'devnet ctl',
          json: read.isOn(json),
          dir: read.optional(dir) ?? DIR,
          action,
          ...(target === undefined ? {} : { target: readNamed('<target>', readTarget, target) }),
        };
      },
    },
    sink,
  );
}

function readAction(text: string): 'kill' | 'start' | 'status' | 'stop' {
  return readChoice(text, ['kill', 'start', 'status', 'stop']);
}

function readTarget(text: string): string {
  if (/^(relay|chain|node:[1-9]\d?|app:[a-z0-9-]{1,32})$/.test(text)) return text;
  throw new CliError('usage', 'it is relay, chain, node:N with N from 1, or app:LABEL');
}

/** Of one machine of a developer; each is a client with a store, a ratchet and its roads. */
const MAX_APPS = 16;

function readLabels(text: string): readonly string[] {
  const labels = text.split(',').map((label) => label.trim());
  if (!labels.every((label) => /^[a-z0-9-]{1,32}$/.test(label))) {
    throw new CliError('usage', 'a label has 1 to 32 small letters, digits and hyphens; commas go between');
  }
  if (labels.length > MAX_APPS) throw new CliError('usage', `there can be ${MAX_APPS} apps`);
  if (new Set(labels).size < labels.length) throw new CliError('usage', 'each label stands once');
  return labels;
}

function readCount(text: string, least: number): number {
  if (!/^\d{1,2}$/.test(text) || Number(text) < least) {
    throw new CliError('usage', `it is a number from ${least} to 99`);
  }
  return Number(text);
}
