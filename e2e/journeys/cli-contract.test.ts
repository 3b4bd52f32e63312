import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linesOf } from '../src/json-lines.ts';
import { receive } from '../src/receive.ts';
import { refusal } from '../src/refusal.ts';
import { runSotto, sottoJson } from '../src/run-sotto.ts';
import { createWorld, type Person, randomText, type World } from '../src/world.ts';

/** The contract of DESIGN §4 that outside programs rely on: JSON and exit codes. */

const TIME = expect.any(Number);

describe('the command line', () => {
  let world: World;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    world = await createWorld();
    alice = await world.person('alice');
    bob = await world.person('bob');
  });

  afterAll(() => world.close());

  describe('prints JSON of the promised shape', () => {
    it('for a relay that is ready, with the first invite at the first start', () => {
      expect(world.relay.ready).toMatchObject({
        event: 'ready',
        url: expect.stringMatching(/^https:\/\/127\.0\.0\.1:\d+#key=[\w-]{43}$/),
        key: expect.stringMatching(/^[\w-]{43}$/),
        pid: world.relay.child.pid,
        invite: expect.stringMatching(/^sotto:\/\/invite\?/),
      });
    });

    it('for an account', async () => {
      const shown = await sottoJson(['account', 'show', '--profile', alice.profile]);
      expect(shown).toMatchObject({
        account_id: alice.account,
        aci: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
        name: alice.name,
        profile: alice.profile,
        relay: world.relay.ready['url'],
        directory: null,
        roads: ['relay'],
      });
      expect(JSON.stringify(shown)).not.toContain('phrase":"');
      const { phrase } = await sottoJson(['account', 'show', '--profile', alice.profile, '--phrase']);
      expect(String(phrase).split(' ')).toHaveLength(25);
    });

    it('for messages both ways, with a request accepted', async () => {
      const text = `${randomText()}\n"quoted" \\ ${'\u{1f600}'}`;
      const sent = await sottoJson(['send', '--profile', alice.profile, '--to', bob.account, text]);
      expect(sent).toEqual({
        id: expect.stringContaining(alice.account),
        to: bob.account,
        road: 'relay',
        state: 'sent',
        sent_at: TIME,
      });
      expect(await receive(bob)).toEqual([
        {
          event: 'message',
          id: sent['id'],
          from: alice.account,
          from_name: alice.name,
          to: bob.account,
          text,
          road: 'relay',
          sent_at: sent['sent_at'],
          received_at: TIME,
          request: true,
        },
      ]);
      expect(await listed(alice)).toEqual([
        expect.objectContaining({ account_id: bob.account, state: 'invited' }),
      ]);
      const accepted = await sottoJson(['contacts', 'accept', alice.account, '--profile', bob.profile]);
      expect(accepted).toMatchObject({
        account_id: alice.account,
        name: alice.name,
        state: 'accepted',
        road: 'auto',
        effective_road: 'auto',
        their_road: 'auto',
      });
      const answer = randomText();
      const back = await runSotto(['send', '--profile', bob.profile, '--to', alice.name, '-', '--json'], {
        stdin: `${answer}\n`,
      });
      expect(back.code, back.stderr).toBe(0);
      expect(await receive(alice)).toEqual([expect.objectContaining({ text: answer, request: false })]);
      expect(await listed(alice)).toEqual([
        expect.objectContaining({ account_id: bob.account, state: 'accepted', name: bob.name }),
      ]);
    });

    it('for a contact with the same safety number on both sides, a name and a road', async () => {
      const there = await sottoJson(['contacts', 'show', bob.account, '--profile', alice.profile]);
      const here = await sottoJson(['contacts', 'show', alice.account, '--profile', bob.profile]);
      expect(there['safety_number']).toMatch(/^\d{60}$/);
      expect(here['safety_number']).toBe(there['safety_number']);
      const verify = ['contacts', 'verify', bob.account, '--profile', alice.profile];
      expect(await sottoJson(verify)).toMatchObject({ verified: true });
      const name = `nick ${randomBytes(3).toString('hex')}`;
      expect(
        await sottoJson(['contacts', 'name', bob.account, name, '--profile', alice.profile]),
      ).toMatchObject({ name, their_name: bob.name });
      expect(await sottoJson(['contacts', 'road', name, 'relay', '--profile', alice.profile])).toMatchObject({
        road: 'relay',
        effective_road: 'relay',
      });
      expect(
        await sottoJson(['contacts', 'name', bob.account, '', '--profile', alice.profile]),
      ).toMatchObject({
        name: bob.name,
      });
    });

    it('for invites, the ledger, the network and the doctor', async () => {
      const data = join(world.dir, 'relay');
      const linkable = await runSotto(['relay', 'invite', '--data', data, '--presentation', '--json']);
      expect(linkable.stderr).toContain('linkable');
      expect(linesOf(linkable.stdout)).toEqual([
        {
          invite: expect.stringMatching(/^sotto:\/\/invite\?/),
          receiptCredentialPresentation: expect.stringMatching(/^[A-Za-z0-9+/=]+$/),
        },
      ]);
      const { aci } = await sottoJson(['account', 'show', '--profile', alice.profile]);
      expect(await sottoJson(['relay', 'ledger', '--data', data, String(aci)])).toMatchObject({ aci });
      const relay = String(world.relay.ready['url']);
      expect(await sottoJson(['network', 'export', '--relay', relay])).toEqual({
        network: expect.stringMatching(/^sotto-network:1:/),
        relay,
        directory: null,
      });
      const doctor = await runSotto(['doctor', '--profile', alice.profile, '--json']);
      expect(doctor.code, doctor.stdout).toBe(0);
      const checks = linesOf(doctor.stdout);
      expect(checks.map(({ check }) => check)).toEqual(
        expect.arrayContaining([
          'runtime',
          'profile',
          'permissions',
          'store',
          'relay',
          'account record',
          'outbox',
        ]),
      );
      expect(checks.every(({ ok }) => ok === true)).toBe(true);
    });

    it('and help on standard output, with exit 0', async () => {
      const help = await runSotto(['receive', '--help']);
      expect(help).toMatchObject({ code: 0, stderr: '' });
      expect(help.stdout).toContain('Examples:');
    });
  });

  describe('refuses with one typed error', () => {
    it('and exit 2 what was typed wrong', async () => {
      const profile = alice.profile;
      expect(await refusal(['frobnicate'])).toEqual({ code: 2, error: 'usage' });
      expect(await refusal(['receive', '--profile', profile, '--folow'])).toEqual({
        code: 2,
        error: 'usage',
      });
      expect(await refusal(['account', 'create', '--profile', join(world.dir, 'x')])).toEqual({
        code: 2,
        error: 'usage',
      });
      const send = ['send', '--profile', profile, '--to'];
      expect(await refusal([...send, bob.account.slice(0, 60), 'x'])).toEqual({
        code: 2,
        error: 'bad-recipient',
      });
      expect(await refusal([...send, `15${bob.account.slice(2)}`, 'x'])).toEqual({
        code: 2,
        error: 'bad-recipient',
      });
      expect(await refusal([...send, 'nobody by this name', 'x'])).toEqual({
        code: 2,
        error: 'unknown-contact',
      });
      expect(await refusal([...send, bob.account, ''])).toEqual({ code: 2, error: 'bad-message' });
      expect(await refusal([...send, bob.account, '-'], 'x'.repeat(80_000))).toEqual({
        code: 2,
        error: 'bad-message',
      });
      expect(await refusal([...send, bob.account, '--road', 'fast', 'x'])).toEqual({
        code: 2,
        error: 'usage',
      });
      expect(await refusal(['receive', '--profile', profile, '--proxy', 'ftp://127.0.0.1:1'])).toEqual({
        code: 2,
        error: 'bad-proxy',
      });
    });

    it('and exit 2 an account whose network cannot be', async () => {
      const relay = String(world.relay.ready['url']);
      const { network } = await sottoJson(['network', 'export', '--relay', relay]);
      const create = ['account', 'create', '--profile', join(world.dir, 'nowhere')];
      const cases: [string[], string][] = [
        [['--network', String(network), '--onion-only'], 'bad-network'],
        [['--directory', join(world.dir, 'none.json')], 'bad-network'],
        [['--network', 'sotto-network:1:e30:00000000'], 'bad-network'],
        [['--onion-only'], 'usage'],
        [['--onion-only', '--relay', relay], 'usage'],
        [['--network', String(network), '--relay', relay], 'usage'],
      ];
      for (const [flags, error] of cases) {
        expect(await refusal([...create, ...flags])).toEqual({ code: 2, error });
      }
      await expect(lstat(join(world.dir, 'nowhere'))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('a name that two contacts share, naming both', async () => {
      const others = [`05${randomBytes(32).toString('hex')}`, `05${randomBytes(32).toString('hex')}`];
      for (const id of others) {
        await sottoJson(['contacts', 'add', id, '--name', 'Twin', '--profile', alice.profile]);
      }
      const done = await runSotto(['send', '--profile', alice.profile, '--to', 'twin', '--json', 'x']);
      expect(done.code).toBe(2);
      for (const id of others) expect(done.stderr).toContain(id);
      for (const id of others) await sottoJson(['contacts', 'delete', id, '--profile', alice.profile]);
    });

    it('and exit 1 a profile without an account, which it does not make', async () => {
      const profile = join(world.dir, 'nothing-here');
      for (const args of [['receive'], ['daemon'], ['account', 'show'], ['contacts', 'list']]) {
        expect(await refusal([...args, '--profile', profile])).toEqual({ code: 1, error: 'no-account' });
      }
      await expect(lstat(profile)).rejects.toMatchObject({ code: 'ENOENT' });
      expect((await runSotto(['doctor', '--profile', profile])).code).toBe(1);
    });

    it('an invite that was used, and registers nobody', async () => {
      const data = join(world.dir, 'relay');
      const { invite } = await sottoJson(['relay', 'invite', '--data', data]);
      const create = (label: string) => [
        'account',
        'create',
        '--profile',
        join(world.dir, label),
        '--name',
        'Eve',
        '--invite',
        String(invite),
      ];
      await sottoJson(create('eve'));
      expect(await refusal(create('eve-again'))).toEqual({ code: 1, error: 'invite-refused' });
      expect(await refusal(create('eve'))).toEqual({ code: 1, error: 'account-exists' });
      const relay = String(world.relay.ready['url']);
      expect(
        await refusal(['account', 'create', '--profile', join(world.dir, 'mallory'), '--relay', relay]),
      ).toEqual({ code: 1, error: 'needs-invite' });
    });

    it('words that are not those of an account, each for its reason', async () => {
      const relay = String(world.relay.ready['url']);
      const restore = ['account', 'restore', '--profile', join(world.dir, 'restored'), '--relay', relay];
      expect(await refusal(restore, 'abbey abbey abbey')).toEqual({ code: 2, error: 'bad-words' });
      expect(await refusal(restore, Buffer.from([0xff, 0xfe]).toString('latin1').repeat(4000))).toMatchObject(
        {
          code: 2,
        },
      );
    });

    it('a folder that holds other things', async () => {
      const profile = join(world.dir, 'other-things');
      await mkdir(profile);
      await writeFile(join(profile, 'thesis.txt'), 'x');
      const relay = String(world.relay.ready['url']);
      expect(await refusal(['account', 'create', '--profile', profile, '--relay', relay])).toEqual({
        code: 1,
        error: 'bad-profile',
      });
      expect(await readdir(profile)).toEqual(['thesis.txt']);
    });
  });

  async function listed(person: Person): Promise<Record<string, unknown>[]> {
    const done = await runSotto(['contacts', 'list', '--profile', person.profile, '--json']);
    expect(done.code, done.stderr).toBe(0);
    return linesOf(done.stdout);
  }
});
