import type { Command } from 'commander';
import { defineCommand, type Sink } from './define-command.ts';
import { readNamed } from './flag-reader.ts';
import * as flags from './flags.ts';
import { onProfile, profileFlags } from './on-profile.ts';
import { readText } from './values.ts';

const SEND_MS = 30_000;
const RECEIVE_MS = 10_000;

export function defineMessageCommands(root: Command, sink: Sink): void {
  defineCommand(
    root,
    {
      name: 'send',
      about: 'send a text; exit 3 when it is written down but not carried in time',
      args: [{ name: 'text', about: 'the text, or - to read it from standard input' }],
      flags: [
        ...profileFlags,
        flags.to,
        flags.road,
        { ...flags.timeout, about: 'how long to wait until it is carried (default: 30)' },
        flags.json,
      ],
      absent: ['attach'],
      examples: [
        'send --profile ./alice --to Bob "See you at six"',
        'send --profile ./alice --to Bob --road onion "Only by the onion road from now on"',
        'send --profile ./alice --to 05… --json - < letter.txt',
        'send --profile ./alice --to Bob -- "-5 degrees here"',
      ],
      make: (read, [text = '']) => {
        const road = read.optional(flags.road);
        return {
          command: 'send',
          ...onProfile(read),
          to: read.required(flags.to),
          timeout: read.optional(flags.timeout) ?? SEND_MS,
          ...(road === undefined ? {} : { road }),
          ...(text === '-' ? {} : { text: readNamed('<text>', readText, text) }),
        };
      },
    },
    sink,
  );
  defineCommand(
    root,
    {
      name: 'receive',
      about: 'print what has come in',
      flags: [
        ...profileFlags,
        { ...flags.timeout, about: 'how long to wait for something (default: 10)' },
        flags.follow,
        flags.events,
        flags.json,
      ],
      examples: [
        'receive --profile ./bob',
        'receive --profile ./bob --follow --json',
        'receive --profile ./bob --follow --events --json',
      ],
      make: (read) => ({
        command: 'receive',
        ...onProfile(read),
        timeout: read.optional(flags.timeout) ?? RECEIVE_MS,
        follow: read.isOn(flags.follow),
        events: read.isOn(flags.events),
      }),
    },
    sink,
  );
}
