import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { befriend, createDevnet, type Devnet } from '../src/devnet.ts';
import { receive } from '../src/receive.ts';
import { refusal } from '../src/refusal.ts';
import { sottoJson } from '../src/run-sotto.ts';
import { type Person, randomText } from '../src/world.ts';

/** The old device of an account that was restored on another one, as the command line shows it. */

let devnet: Devnet;
let alice: Person;
let bob: Person;
let restored: string;

const sendFrom = (profile: string, text: string) => ['send', '--profile', profile, '--to', bob.account, text];

beforeAll(async () => {
  devnet = await createDevnet(['--nodes', '6']);
  alice = await devnet.person('alice');
  bob = await devnet.person('bob');
  await befriend(alice, bob);
  const { phrase } = await sottoJson(['account', 'show', '--phrase', '--profile', alice.profile]);
  restored = join(devnet.dir, 'alice-again');
  await sottoJson(['account', 'restore', '--profile', restored, '--network', devnet.network], {
    stdin: `${phrase}\n`,
  });
}, 120_000);

afterAll(() => devnet?.close(), 60_000);

describe('a device that was replaced', () => {
  it('refuses to send at the first command, and nothing of it arrives', async () => {
    expect(await refusal(sendFrom(alice.profile, randomText()))).toEqual({
      code: 1,
      error: 'device-replaced',
    });
    expect(await receive(bob)).toEqual([]);
  });

  it('erases itself only, says so, and leaves the account to the other device', async () => {
    const gone = await sottoJson(['account', 'delete', '--profile', alice.profile, '--yes']);
    expect(gone).toEqual({ account_id: alice.account, deleted: true, only_here: 'replaced' });
    const text = randomText();
    expect(await sottoJson(sendFrom(restored, text))).toMatchObject({ state: 'sent' });
    expect(await receive(bob)).toEqual([expect.objectContaining({ text, from: alice.account })]);
  });
});
