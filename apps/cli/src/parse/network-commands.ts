import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { defineCommand, type Sink } from './define-command.ts';
import { directory, json, relay, type SwitchFlag } from './flags.ts';
import { onProfile, profileFlags } from './on-profile.ts';

export function defineNetworkCommands(root: Command, sink: Sink): void {
  const network = root.command('network').description('what a friend needs to join');
  defineCommand(
    network,
    {
      name: 'share',
      about: 'print a link by which somebody new joins the onion network and finds you',
      flags: [...profileFlags, wholeText, json],
      examples: [
        'network share --profile ./alice',
        'network share --profile ./alice --text > friends.txt',
        "account create --profile ./bob --network 'sotto://join?…'",
      ],
      make: (read) => ({ command: 'network share', ...onProfile(read), text: read.isOn(wholeText) }),
    },
    sink,
  );
  defineCommand(
    network,
    {
      name: 'export',
      about: 'print one text that a friend pastes into --network',
      flags: [relay, directory, json],
      examples: [
        "network export --relay 'https://relay.example#key=…' > friends.txt",
        "network export --relay 'https://relay.example#key=…' --directory nodes.json > friends.txt",
        'network export --directory nodes.json --json',
      ],
      make: (read) => {
        const [url, list] = [read.optional(relay), read.optional(directory)];
        if (url === undefined && list === undefined) {
          throw new CliError(
            'usage',
            'neither a relay nor a list of storage nodes is given',
            'give --relay URL, --directory FILE or both',
          );
        }
        return {
          command: 'network export',
          json: read.isOn(json),
          ...(url === undefined ? {} : { relay: url }),
          ...(list === undefined ? {} : { directory: list }),
        };
      },
    },
    sink,
  );
}

const wholeText: SwitchFlag = {
  name: 'text',
  about: 'print the network itself in the place of a link, for --network; also where nobody signs the list',
};
