import { readFileSync } from 'node:fs';
import { CliError } from '../cli-error.ts';
import type { SwitchFlag, ValueFlag } from './flags.ts';

/** Values of flags as text, by name; switches are `1` or `0`. */
export type Settings = Readonly<Record<string, string>>;

/** More is no list of settings. */
const MAX_BYTES = 64 * 1024;

/**
 * Read a file of settings: one JSON object whose members are flags without their dashes. Text, numbers, `true`,
 * `false`, and lists of text for flags that may stand several times. Throws CliError `usage` that names the member.
 */
export function readConfigFile(path: string, known: readonly (ValueFlag<unknown> | SwitchFlag)[]): Settings {
  const members = Object.entries(parse(path));
  const names = new Set(known.map(({ name }) => name));
  return Object.fromEntries(
    members.map(([name, value]) => {
      if (!names.has(name)) {
        const hint = `it may set ${[...names].sort().join(', ')}`;
        throw new CliError(
          'usage',
          `the file of --config sets ${JSON.stringify(name.slice(0, 64))}, which is no flag here`,
          hint,
        );
      }
      return [name, textOf(name, value)];
    }),
  );
}

function parse(path: string): object {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new CliError(
      'usage',
      'the file of --config cannot be read',
      `is ${JSON.stringify(path)} there, and yours?`,
    );
  }
  try {
    const value: unknown = text.length > MAX_BYTES ? undefined : JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Its words would quote the file.
  }
  throw new CliError(
    'usage',
    'the file of --config is not one JSON object',
    'as `sotto relay serve … --print-config` prints it',
  );
}

function textOf(name: string, value: unknown): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(',');
  throw new CliError(
    'usage',
    `the file of --config sets ${name} to something that is no text, number or switch`,
  );
}
