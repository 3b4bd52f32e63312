import { Command, CommanderError } from 'commander';
import { CliError } from '../cli-error.ts';
import { defineAccountCommands } from './account-commands.ts';
import { defineAppCommand } from './app-command.ts';
import { defineContactCommands } from './contact-commands.ts';
import { defineCommand, type Sink } from './define-command.ts';
import { defineDevnetCommands } from './devnet-commands.ts';
import { defineDirectoryCommands } from './directory-commands.ts';
import { type Environment, readSwitch } from './flag-reader.ts';
import * as flags from './flags.ts';
import type { Invocation } from './invocation.ts';
import { defineMessageCommands } from './message-commands.ts';
import { defineNetworkCommands } from './network-commands.ts';
import { defineNodeCommands } from './node-commands.ts';
import { onProfile, profileFlags } from './on-profile.ts';
import { defineRegistryCommands } from './registry-commands.ts';
import { defineRelayCommands } from './relay-commands.ts';
import { VERSION } from './version.ts';

export type Parsed =
  | { readonly outcome: 'run'; readonly invocation: Invocation }
  /** Asked for: goes to standard output. */
  | { readonly outcome: 'help'; readonly text: string }
  | { readonly outcome: 'refused'; readonly error: CliError; readonly json: boolean };

/** Understand a command line (without node and script). Reads nothing but its arguments; never throws. */
export function parseArgv(argv: readonly string[], environment: Environment): Parsed {
  const taken: Invocation[] = [];
  const printed: string[] = [];
  const root = buildCommands({ environment, take: (invocation) => taken.push(invocation) }, printed);
  try {
    root.parse(argv, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0)
      return { outcome: 'help', text: printed.join('') };
    return {
      outcome: 'refused',
      error: asCliError(error, seeHelp(root, argv)),
      json: wantsJson(argv, environment),
    };
  }
  const [invocation] = taken;
  if (invocation !== undefined) return { outcome: 'run', invocation };
  const error = new CliError('usage', 'no command is given', seeHelp(root, argv));
  return { outcome: 'refused', error, json: wantsJson(argv, environment) };
}

/** The parser's messages repeat what was typed, which may be very long. */
const LONGEST_MESSAGE = 200;

/** Where the words of the line lead: the help of the deepest command that they name. */
function seeHelp(root: Command, argv: readonly string[]): string {
  const path = [root.name()];
  let command = root;
  for (const word of argv) {
    const next = command.commands.find((child) => child.name() === word);
    if (next === undefined) break;
    path.push(word);
    command = next;
  }
  return `see \`${path.join(' ')} --help\``;
}

function buildCommands(sink: Sink, printed: string[]): Command {
  const root = new Command('sotto')
    .description('A private messenger: one identity, no phone number, no centre.')
    .version(VERSION, '--version', 'print the version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => printed.push(text), writeErr: () => undefined })
    .helpOption('-h, --help', 'print help')
    .allowExcessArguments(false)
    .addHelpText(
      'after',
      '\nExamples:\n  sotto account create --help\n  sotto app --profile ./alice --open\n  sotto receive --profile ./alice --follow',
    );
  defineRelayCommands(root, sink);
  defineNodeCommands(root, sink);
  defineRegistryCommands(root, sink);
  defineAccountCommands(root, sink);
  defineMessageCommands(root, sink);
  defineContactCommands(root, sink);
  defineCommand(
    root,
    {
      name: 'daemon',
      about: 'own a profile until told to end; other commands attach to it',
      flags: [...profileFlags, flags.json],
      examples: ['daemon --profile ./alice', 'daemon --profile ./alice --json'],
      make: (read) => ({ command: 'daemon', ...onProfile(read) }),
    },
    sink,
  );
  defineAppCommand(root, sink);
  defineCommand(
    root,
    {
      name: 'doctor',
      about: 'look for what is wrong with a profile and say what to do',
      flags: [...profileFlags, flags.json],
      examples: ['doctor --profile ./alice', 'doctor --profile ./alice --json'],
      make: (read) => ({ command: 'doctor', ...onProfile(read) }),
    },
    sink,
  );
  defineDirectoryCommands(root, sink);
  defineNetworkCommands(root, sink);
  defineDevnetCommands(root, sink);
  return root;
}

function asCliError(error: unknown, help: string): CliError {
  if (error instanceof CliError) return error;
  if (!(error instanceof CommanderError))
    return new CliError('usage', 'this command line cannot be read', help);
  if (error.code === 'commander.help') return new CliError('usage', 'a command is missing', help);
  const [message = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const short = message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
  return new CliError('usage', short, suggestion ?? hintFor(error.code, help));
}

function hintFor(code: string, help: string): string {
  return code === 'commander.unknownOption' ? `${help}; -- goes before a text that begins with -` : help;
}

/** Errors are JSON when the line asks for it, even if nothing else of it could be understood. */
function wantsJson(argv: readonly string[], environment: Environment): boolean {
  const end = argv.indexOf('--');
  if (argv.slice(0, end < 0 ? argv.length : end).includes('--json')) return true;
  try {
    return readSwitch(environment['SOTTO_JSON'] ?? '');
  } catch {
    return false;
  }
}
