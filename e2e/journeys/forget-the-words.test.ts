import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { createWorld, type Person, randomText, type World } from '../src/world.ts';

describe('forgetting the words', () => {
  let world: World;
  let alice: Person;

  beforeAll(async () => {
    world = await createWorld();
    alice = await world.person('alice');
  }, 60_000);

  afterAll(async () => {
    await world.close();
  });

  const forget = (stdin: string) =>
    runSotto(['account', 'forget-phrase', '--profile', alice.profile, '--json'], { stdin });

  it('wants them back first, then goes on without them', async () => {
    const { phrase } = await sottoJson(['account', 'show', '--phrase', '--profile', alice.profile]);
    const words = String(phrase);
    const wrong = await forget(words.split(' ').toReversed().join(' '));
    expect(wrong.code).toBe(2);
    expect(JSON.parse(wrong.stderr)).toMatchObject({ error: { code: 'bad-words' } });
    expect(await sottoJson(['account', 'show', '--profile', alice.profile])).toMatchObject({
      holds_phrase: true,
    });

    const right = await forget(`  ${words.toUpperCase().replaceAll(' ', '\n')}\n`);
    expect(right.code, right.stderr).toBe(0);
    expect(JSON.parse(right.stdout)).toEqual({ account_id: alice.account, holds_phrase: false });
    const again = await runSotto(['account', 'show', '--phrase', '--profile', alice.profile, '--json']);
    expect(again.code).toBe(1);
    expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'no-phrase' } });

    const bob = await world.person('bob');
    const sent = await sottoJson([
      'send',
      '--profile',
      alice.profile,
      '--to',
      bob.account,
      '--',
      randomText(),
    ]);
    expect(sent['state']).toBe('sent');
    // What is left in the profile cannot give the words back; they are nowhere in the clear either.
    for (const name of await readdir(alice.profile)) {
      const bytes = await readFile(join(alice.profile, name)).catch(() => Buffer.alloc(0));
      expect(bytes.includes(words.split(' ').slice(0, 3).join(' '))).toBe(false);
    }
  });
});
