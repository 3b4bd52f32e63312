import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { Settings } from './config-file.ts';
import type { SwitchFlag, ValueFlag } from './flags.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The flags of one command line: what was typed, else what `SOTTO_*` says, else what a file of settings does. */
export class FlagReader {
  readonly #typed: Readonly<Record<string, unknown>>;
  readonly #environment: Environment;
  #file: Settings = {};

  constructor(command: Command, environment: Environment) {
    // A flag that the command above has too is taken by that one, wherever it stands.
    this.#typed = command.optsWithGlobals();
    this.#environment = environment;
  }

  /** What is set neither on the line nor in the environment. */
  useFile(settings: Settings): void {
    this.#file = settings;
  }

  optional<Value>(flag: ValueFlag<Value>): Value | undefined {
    const typed = this.typed(flag);
    if (typed !== undefined) return readNamed(`--${flag.name}`, flag.read, typed);
    const set = this.#set(flag);
    return set === undefined ? undefined : readNamed(set.place, flag.read, set.text);
  }

  required<Value>(flag: ValueFlag<Value>): Value {
    const value = this.optional(flag);
    if (value !== undefined) return value;
    throw new CliError(
      'usage',
      `--${flag.name} is missing`,
      `give --${flag.name} <${flag.shown}> or set ${variableOf(flag)}`,
    );
  }

  isOn(flag: SwitchFlag): boolean {
    // The parser takes a flag that begins with no- for the opposite of the one without.
    const off = flag.name.startsWith('no-') && this.#typed[camelCase(flag.name.slice(3))] === false;
    if (off || this.#typed[camelCase(flag.name)] === true) return true;
    const set = this.#set(flag);
    return set !== undefined && readNamed(set.place, readSwitch, set.text);
  }

  /** As typed, without the environment: for flags that exclude each other. */
  typed(flag: { readonly name: string }): string | undefined {
    const value = this.#typed[camelCase(flag.name)];
    return typeof value === 'string' ? value : undefined;
  }

  /** As it was given, wherever; for showing what a command would do. */
  given(flag: { readonly name: string; readonly onlyTyped?: true }): string | undefined {
    return this.typed(flag) ?? this.#set(flag)?.text;
  }

  #set(flag: {
    readonly name: string;
    readonly onlyTyped?: true;
  }): { readonly place: string; readonly text: string } | undefined {
    if (flag.onlyTyped === true) return undefined;
    const value = this.#environment[variableOf(flag)];
    if (value !== undefined && value !== '') return { place: variableOf(flag), text: value };
    const text = this.#file[flag.name];
    return text === undefined ? undefined : { place: `${flag.name} in the file of --config`, text };
  }
}

/** Read a value, and say where it stood when it cannot be read. */
export function readNamed<Value>(place: string, read: (text: string) => Value, text: string): Value {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'usage') throw error;
    throw new CliError('usage', `${place} cannot be used: ${error.message}`, error.hint);
  }
}

export function variableOf(flag: { readonly name: string }): string {
  return `SOTTO_${flag.name.toUpperCase().replaceAll('-', '_')}`;
}

export function readSwitch(text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw new CliError('usage', 'it is 1 or 0');
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
