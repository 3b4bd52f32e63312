import { isIPv4 } from 'node:net';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { defineCommand, type Sink } from './define-command.ts';
import { json, network, type SwitchFlag, type ValueFlag } from './flags.ts';
import type { HostPort } from './network-invocations.ts';
import { onProfile, profileFlags } from './on-profile.ts';
import { readHostPort, readName } from './values.ts';

const ANY_PORT: HostPort = { host: '127.0.0.1', port: 0 };

const listen: ValueFlag<HostPort> = {
  name: 'listen',
  shown: 'address:port',
  about: 'a loopback address for the page (default: 127.0.0.1:0, a free port)',
  read: readLoopback,
};

const open: SwitchFlag = { name: 'open', about: 'show the page in the browser' };

const label: ValueFlag<string> = {
  name: 'label',
  shown: 'name',
  about: 'what the app is called while it has no account (default: the name of the folder)',
  read: readName,
};

export function defineAppCommand(root: Command, sink: Sink): void {
  defineCommand(
    root,
    {
      name: 'app',
      about: 'own a profile, or make one, and show it on a page of your own until told to end',
      flags: [...profileFlags, listen, network, open, label, json],
      examples: [
        'app --profile ./alice --open',
        'app --profile ./alice --network friends.txt',
        'app --profile ./alice --listen 127.0.0.1:8080 --json',
      ],
      make: (read) => {
        const [text, name] = [read.optional(network), read.optional(label)];
        return {
          command: 'app',
          ...onProfile(read),
          listen: read.optional(listen) ?? ANY_PORT,
          open: read.isOn(open),
          ...(text === undefined ? {} : { network: text }),
          ...(name === undefined ? {} : { label: name }),
        };
      },
    },
    sink,
  );
}

/** Addresses, never names: what a name leads to is for others to say. */
function readLoopback(text: string): HostPort {
  const address = readHostPort(text);
  if (address.host === '::1') return address;
  if (isIPv4(address.host) && address.host.startsWith('127.')) return address;
  throw new CliError(
    'usage',
    'the page is for this machine only: it listens on 127.x.y.z or [::1], as in 127.0.0.1:8080',
  );
}
