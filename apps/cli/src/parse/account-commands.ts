import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { defineCommand, type Sink } from './define-command.ts';
import { type FlagReader, readNamed } from './flag-reader.ts';
import * as flags from './flags.ts';
import type { NewAccount } from './invocation.ts';
import { onProfile, profileFlags } from './on-profile.ts';

export function defineAccountCommands(root: Command, sink: Sink): void {
  const account = root.command('account').description('the account of a profile');
  const newAccountFlags = [
    ...profileFlags,
    flags.accountName,
    flags.network,
    flags.relay,
    flags.directory,
    flags.invite,
    flags.onionOnly,
    flags.json,
  ];
  defineCommand(
    account,
    {
      name: 'create',
      about: 'make an account and register it',
      flags: newAccountFlags,
      examples: [
        'account create --profile ./alice --name Alice --invite sotto://invite?…',
        "account create --profile ./alice --name Alice --relay 'https://relay.example#key=…'",
        'account create --profile ./alice --name Alice --network friends.txt --json',
        'account create --profile ./alice --name Alice --network friends.txt --onion-only',
      ],
      make: (read) => ({ command: 'account create', ...onProfile(read), ...newAccount(read) }),
    },
    sink,
  );
  defineCommand(
    account,
    {
      name: 'restore',
      about: 'bring an account back from its words, read from standard input',
      flags: newAccountFlags,
      examples: [
        "account restore --profile ./alice --relay 'https://relay.example#key=…' < words.txt",
        'account restore --profile ./alice --network friends.txt',
      ],
      make: (read) => ({ command: 'account restore', ...onProfile(read), ...newAccount(read) }),
    },
    sink,
  );
  defineCommand(
    account,
    {
      name: 'show',
      about: 'print the account; its words only with --phrase',
      flags: [...profileFlags, flags.phrase, flags.json],
      examples: ['account show --profile ./alice', 'account show --profile ./alice --phrase'],
      make: (read) => ({ command: 'account show', ...onProfile(read), phrase: read.isOn(flags.phrase) }),
    },
    sink,
  );
  defineCommand(
    account,
    {
      name: 'forget-phrase',
      about: 'drop the words from this device, once you have them; they are read from standard input',
      flags: [...profileFlags, flags.json],
      examples: ['account forget-phrase --profile ./alice < words.txt'],
      make: (read) => ({ command: 'account forget-phrase', ...onProfile(read) }),
    },
    sink,
  );
  defineCommand(
    account,
    {
      name: 'network',
      about: 'go by a newer list of storage nodes of the same network',
      args: [{ name: 'network', about: 'a network text, or a file that holds one' }],
      flags: [...profileFlags, flags.json],
      examples: ['account network --profile ./alice friends.txt'],
      make: (read, [text = '']) => ({
        command: 'account network',
        ...onProfile(read),
        network: readNamed('<network>', flags.network.read, text),
      }),
    },
    sink,
  );
  defineCommand(
    account,
    {
      name: 'relay-access',
      about: 'how your own relay is asked by what must not say who asks: direct or onion',
      args: [
        {
          name: 'access',
          about:
            'direct (at first): fast, and a relay that watches addresses in memory can tell who wrote to ' +
            'whom, though nothing stored joins them; onion: through three storage nodes. None: print it',
          optional: true,
        },
      ],
      flags: [...profileFlags, flags.json],
      examples: ['account relay-access --profile ./alice', 'account relay-access --profile ./alice onion'],
      make: (read, [access]) => ({
        command: 'account relay-access',
        ...onProfile(read),
        ...(access === undefined ? {} : { access: readNamed('<access>', flags.readRelayAccess, access) }),
      }),
    },
    sink,
  );
  defineCommand(
    account,
    {
      name: 'delete',
      about: 'delete the account from its relay, then everything here',
      flags: [...profileFlags, flags.force, flags.yes, flags.json],
      examples: ['account delete --profile ./alice', 'account delete --profile ./alice --yes --force'],
      make: (read) => ({
        command: 'account delete',
        ...onProfile(read),
        force: read.isOn(flags.force),
        yes: read.isOn(flags.yes),
      }),
    },
    sink,
  );
}

function newAccount(read: FlagReader): NewAccount {
  const typed = {
    network: read.typed(flags.network),
    relay: read.typed(flags.relay),
    directory: read.typed(flags.directory),
    invite: read.typed(flags.invite),
  };
  refuseTogether('--network', typed.network, { '--relay': typed.relay, '--directory': typed.directory });
  const onionOnly = read.isOn(flags.onionOnly);
  if (onionOnly) {
    refuseTogether('--onion-only', 'on', { '--relay': typed.relay, '--invite': typed.invite });
  }
  // What is typed outdoes what is set: where one of these is on the line, the environment names no other.
  const isTyped = Object.values(typed).some((value) => value !== undefined);
  const take = <Value>(flag: flags.ValueFlag<Value>): Value | undefined =>
    isTyped && read.typed(flag) === undefined ? undefined : read.optional(flag);
  const network = take(flags.network);
  const relay = network === undefined && !onionOnly ? take(flags.relay) : undefined;
  const directory = network === undefined ? take(flags.directory) : undefined;
  // An invite that is set stays: it names no other network, it opens the one that is typed.
  const invite = onionOnly ? undefined : read.optional(flags.invite);
  const name = read.optional(flags.accountName);
  if ([network, relay, directory, invite].every((value) => value === undefined)) {
    throw new CliError('usage', 'no network is given', onionOnly ? HOW_TO_GET_NODES : HOW_TO_GET_A_NETWORK);
  }
  return {
    ...(name === undefined ? {} : { name }),
    ...(network === undefined ? {} : { network }),
    ...(relay === undefined ? {} : { relay }),
    ...(directory === undefined ? {} : { directory }),
    ...(invite === undefined ? {} : { invite }),
    onionOnly,
  };
}

const HOW_TO_GET_A_NETWORK =
  'either take one: --network TEXT or --invite LINK from a friend; or run one: ' +
  '`sotto relay serve --data DIR --listen HOST:PORT`, then --relay URL, ' +
  'or storage nodes (`sotto node init`), then --directory FILE';

const HOW_TO_GET_NODES =
  'either take one with storage nodes: --network TEXT from a friend; or run one: ' +
  '`sotto node init` and `sotto directory init`, then --directory FILE';

function refuseTogether(
  one: string,
  given: string | undefined,
  others: Readonly<Record<string, string | undefined>>,
): void {
  if (given === undefined) return;
  for (const [other, value] of Object.entries(others)) {
    if (value === undefined) continue;
    throw new CliError('usage', `${one} and ${other} exclude each other`, 'give one of them');
  }
}
