import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import { defineCommand, type Sink } from './define-command.ts';
import { readNamed } from './flag-reader.ts';
import * as flags from './flags.ts';
import { onProfile, profileFlags } from './on-profile.ts';
import { readText, readWho } from './values.ts';

const SEND_MS = 30_000;
const RECEIVE_MS = 10_000;
const SAVE_MS = 60_000;

export function defineMessageCommands(root: Command, sink: Sink): void {
  defineCommand(
    root,
    {
      name: 'send',
      about: 'send a text, files or both; exit 3 when it is written down but not carried in time',
      args: [{ name: 'text', about: 'the text, or - to read it from standard input', optional: true }],
      flags: [
        ...profileFlags,
        flags.to,
        flags.road,
        flags.attach,
        { ...flags.timeout, about: 'how long to wait until it is carried (default: 30)' },
        flags.json,
      ],
      examples: [
        'send --profile ./alice --to Bob "See you at six"',
        'send --profile ./alice --to Bob --road onion "Only by the onion road from now on"',
        'send --profile ./alice --to 05… --json - < letter.txt',
        'send --profile ./alice --to Bob --attach photo.jpg --attach notes.pdf "From yesterday"',
        'send --profile ./alice --to Bob -- "-5 degrees here"',
      ],
      make: (read, [text]) => {
        const road = read.optional(flags.road);
        const attach = read.optional(flags.attach) ?? [];
        if (text === undefined && attach.length === 0) {
          throw new CliError(
            'usage',
            'there is nothing to send',
            'give a text, or a file with --attach; see `sotto send --help`',
          );
        }
        return {
          command: 'send',
          ...onProfile(read),
          to: read.required(flags.to),
          timeout: read.optional(flags.timeout) ?? SEND_MS,
          ...(road === undefined ? {} : { road }),
          ...(attach.length === 0 ? {} : { attach }),
          ...textOf(text),
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
        flags.saveAttachments,
        flags.follow,
        flags.events,
        flags.json,
      ],
      examples: [
        'receive --profile ./bob',
        'receive --profile ./bob --save-attachments ./files',
        'receive --profile ./bob --follow --json',
        'receive --profile ./bob --follow --events --json',
      ],
      make: (read) => ({
        command: 'receive',
        ...onProfile(read),
        timeout: read.optional(flags.timeout) ?? RECEIVE_MS,
        follow: read.isOn(flags.follow),
        events: read.isOn(flags.events),
        ...folderOf(read.optional(flags.saveAttachments)),
      }),
    },
    sink,
  );
  const attachments = root.command('attachments').description('files of messages');
  defineCommand(
    attachments,
    {
      name: 'save',
      about: 'fetch the files of one message, and save them in a folder',
      args: [{ name: 'id', about: 'of the message, as `receive --json` prints it' }],
      flags: [
        ...profileFlags,
        folder,
        { ...flags.timeout, about: 'how long to wait while nothing of them comes (default: 60)' },
        flags.json,
      ],
      examples: ['attachments save --profile ./bob --to ./files 05….1.1790000000000'],
      make: (read, [id = '']) => ({
        command: 'attachments save',
        ...onProfile(read),
        id: readNamed('<id>', readWho, id),
        to: read.required(folder),
        timeout: read.optional(flags.timeout) ?? SAVE_MS,
      }),
    },
    sink,
  );
}

const folder: flags.ValueFlag<string> = {
  ...flags.saveAttachments,
  name: 'to',
  about: 'where they are saved',
};

function folderOf(saveTo: string | undefined) {
  return saveTo === undefined ? {} : { saveTo };
}

/** Absent where it comes on standard input. */
function textOf(text: string | undefined) {
  if (text === '-') return {};
  return { text: text === undefined ? '' : readNamed('<text>', readText, text) };
}
