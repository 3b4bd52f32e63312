import { expect, it } from 'vitest';
import { linesOf } from '../src/json-lines.ts';
import { finish, startSotto } from '../src/run-sotto.ts';

/** A network is started, three people come into it, and a dozen commands wait for three hops each. */
const MOST_MS = 900_000;

it.each([
  ['a network', 'relay, seed and list, and takes in who has one contact’s link', []],
  ['one in a registry', 'relay, seed, list and chain, and takes in who has one contact’s text', ['--chain']],
] as const)(
  '%s goes on without %s',
  async (_network, _without, flags) => {
    const child = startSotto(['node', 'drill', '--nodes', '6', ...flags, '--json']);
    child.stdin?.end();
    const done = await finish(child);
    const lines = linesOf(done.stdout);
    expect(
      lines.filter(({ ok }) => ok !== true),
      done.stderr,
    ).toEqual([]);
    expect(lines.map(({ step }) => step)).toEqual([
      'network',
      'before',
      'switch-off',
      'text',
      'file',
      'newcomer',
      'newcomer-file',
      'all',
    ]);
    expect(done.code).toBe(0);
  },
  MOST_MS,
);
