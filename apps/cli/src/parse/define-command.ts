import { Argument, type Command, Option } from 'commander';
import { readConfigFile } from './config-file.ts';
import { type Environment, FlagReader, variableOf } from './flag-reader.ts';
import * as flags from './flags.ts';
import type { Invocation } from './invocation.ts';

export interface CommandShape {
  readonly name: string;
  readonly about: string;
  /** Names of the arguments; only the last one can be left out. */
  readonly args?: readonly { readonly name: string; readonly about: string; readonly optional?: true }[];
  readonly flags: readonly (flags.ValueFlag<unknown> | flags.SwitchFlag)[];
  /** Its flags can also be set by a file, and printed as one. */
  readonly configurable?: true;
  /** Command lines to copy, without `sotto`. */
  readonly examples: readonly string[];
  readonly make: (read: FlagReader, args: readonly string[]) => Invocation;
}

export interface Sink {
  readonly environment: Environment;
  readonly take: (invocation: Invocation) => void;
}

/** Add one command below `parent`, and return it. Parsing it hands its invocation to the sink. */
export function defineCommand(parent: Command, shape: CommandShape, sink: Sink): Command {
  const command = parent.command(shape.name).description(shape.about);
  for (const { name, about, optional } of shape.args ?? []) {
    command.addArgument(new Argument(optional === true ? `[${name}]` : `<${name}>`, about));
  }
  const known = shape.configurable === true ? [...shape.flags, flags.config, flags.printConfig] : shape.flags;
  for (const flag of known) command.addOption(optionOf(flag));
  command.allowExcessArguments(false);
  command.addHelpText('after', helpAfter(shape));
  command.action((...given: unknown[]) => {
    const args = given.slice(0, shape.args?.length ?? 0).filter((value) => typeof value === 'string');
    const read = new FlagReader(command, sink.environment);
    if (shape.configurable === true) {
      const file = read.optional(flags.config);
      if (file !== undefined) read.useFile(readConfigFile(file, shape.flags));
    }
    const invocation = shape.make(read, args);
    const printed = shape.configurable === true && read.isOn(flags.printConfig);
    sink.take(printed ? printing(shape, read) : invocation);
  });
  return command;
}

/** What it would run with, as a file of settings; nothing is run. */
function printing(shape: CommandShape, read: FlagReader): Invocation {
  const settings: Record<string, string | boolean> = {};
  for (const flag of shape.flags) {
    if (!('read' in flag)) settings[flag.name] = read.isOn(flag);
    else {
      const given = read.given(flag) ?? flag.fallback;
      if (given !== undefined) settings[flag.name] = flag.secret === undefined ? given : flag.secret(given);
    }
  }
  return { command: 'print config', json: read.isOn(flags.json), settings };
}

function optionOf(flag: flags.ValueFlag<unknown> | flags.SwitchFlag): Option {
  const value = 'shown' in flag ? ` <${flag.shown}>` : '';
  const variable = 'onlyTyped' in flag ? '' : ` (${variableOf(flag)})`;
  const option = new Option(`--${flag.name}${value}`, `${flag.about}${variable}`);
  const by = 'many' in flag ? flag.many : undefined;
  if (by === undefined) return option;
  return option.argParser((value: string, before: string | undefined) =>
    before === undefined ? value : `${before}${by}${value}`,
  );
}

function helpAfter(shape: CommandShape): string {
  const lines = shape.examples.map((example) => `  sotto ${example}`);
  return `\nExamples:\n${lines.join('\n')}\n\nEvery flag can also be set as SOTTO_…; -- ends the flags.`;
}
