import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, startUntilReady } from '../src/long-running.ts';
import { finish, runSotto, sottoJson, startSotto } from '../src/run-sotto.ts';
import { waitUntil } from '../src/wait-until.ts';
import { createWorld, type Person, randomText, type World } from '../src/world.ts';

/** The contract of DESIGN §4 that outside programs rely on: exit codes, JSON, who owns a profile. */

const ID = /^05[0-9a-f]{64}$/;
const TIME = expect.any(Number);

function linesOf(text: string): Record<string, unknown>[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Run a command that must fail, with one JSON error on stderr and nothing on stdout. */
async function refusal(args: readonly string[], stdin = ''): Promise<{ code: number | null; error: string }> {
  const done = await runSotto([...args, '--json'], { stdin });
  expect(done.stdout).toBe('');
  const [told, ...more] = linesOf(done.stderr);
  expect(more).toEqual([]);
  expect(told).toEqual({
    error: {
      code: expect.any(String),
      message: expect.any(String),
      hint: done.stderr.includes('"hint":null') ? null : expect.any(String),
    },
  });
  const { error } = told as { error: { code: string } };
  return { code: done.code, error: error.code };
}

async function receive(person: Person, timeout = 20): Promise<Record<string, unknown>[]> {
  const done = await runSotto([
    ...['receive', '--profile', person.profile, '--timeout', String(timeout), '--json'],
  ]);
  expect(done.code, done.stderr).toBe(0);
  return linesOf(done.stdout);
}

describe('the command line', () => {
  let world: World;
  let alice: Person;
  let bob: Person;

  beforeAll(async () => {
    world = await createWorld();
    alice = await world.person('alice');
    bob = await world.person('bob');
  });

  const daemons: Running[] = [];

  async function daemonOf(person: Person): Promise<Running> {
    const daemon = await startUntilReady(['daemon', '--profile', person.profile]);
    daemons.push(daemon);
    return daemon;
  }

  afterAll(async () => {
    // Where a test failed half-way its daemon is still there.
    for (const { child } of daemons) child.kill('SIGKILL');
    await world.close();
  });

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
      expect(accepted).toMatchObject({ account_id: alice.account, name: alice.name, state: 'accepted' });
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
      const { network } = await sottoJson(['network', 'export', '--relay', relay]);
      expect(network).toMatch(/^sotto-network:1:/);
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
      expect(await refusal([...send, bob.account, '--road', 'onion', 'x'])).toEqual({
        code: 2,
        error: 'not-supported',
      });
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

  describe('one owner per profile', () => {
    it('attaches to a daemon, refuses a second one, and ends it on SIGTERM with 0', async () => {
      const daemon = await daemonOf(bob);
      expect(daemon.ready).toEqual({
        event: 'ready',
        profile: bob.profile,
        socket: expect.stringContaining('.sock'),
        pid: daemon.child.pid,
      });
      const socket = await lstat(String(daemon.ready['socket']));
      expect(socket.mode & 0o777).toBe(0o600);
      expect((await lstat(bob.profile)).mode & 0o777).toBe(0o700);
      expect(await refusal(['daemon', '--profile', bob.profile])).toEqual({
        code: 1,
        error: 'profile-in-use',
      });
      // The same profile by another path is the same profile.
      const text = randomText();
      await sottoJson(['send', '--profile', `${alice.profile}/../bob`, '--to', alice.account, text]);
      expect(await receive(alice)).toEqual([expect.objectContaining({ text })]);
      expect(await daemon.stop('SIGTERM')).toBe(0);
      await expect(lstat(String(daemon.ready['socket']))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('replaces the socket of a daemon that was killed', async () => {
      const first = await daemonOf(bob);
      await first.stop('SIGKILL');
      await lstat(String(first.ready['socket']));
      const second = await daemonOf(bob);
      expect(await second.stop('SIGTERM')).toBe(0);
    });

    it('lets commands of the same moment share it', async () => {
      const texts = Array.from({ length: 6 }, randomText);
      const sent = await Promise.all(
        texts.map((text) =>
          runSotto(['send', '--profile', alice.profile, '--to', bob.account, '--json', text]),
        ),
      );
      expect(sent.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
        texts.map(() => ({ code: 0, stderr: '' })),
      );
      const seen = [...(await receive(bob)), ...(await receive(bob, 2))].map(({ text }) => text);
      expect(seen.sort()).toEqual(texts.sort());
    });

    it('follows through the death of owner after owner, and prints each message once', async () => {
      const daemon = await daemonOf(bob);
      const followers = Array.from({ length: 3 }, () => follow(bob));
      const texts: string[] = [];
      // After the daemon one of the followers owns the profile, and dies too.
      for (const owner of [daemon.child, followers[0]?.child, followers[1]?.child]) {
        const text = randomText();
        texts.push(text);
        await sottoJson(['send', '--profile', alice.profile, '--to', bob.account, text]);
        owner?.kill('SIGKILL');
        await waitUntil(
          'shown although an owner died',
          30_000,
          () => followers[2]?.out().includes(text) === true,
        );
      }
      const [, , last] = followers;
      last?.child.kill('SIGTERM');
      expect(await last?.ended).toBe(0);
      expect(linesOf(last?.out() ?? '').map(({ text }) => text)).toEqual(texts);
      expect(await receive(bob, 1)).toEqual([]);
    });

    it('prints nothing twice over many short commands', async () => {
      const texts: string[] = [];
      const seen: unknown[] = [];
      for (let round = 0; round < 4; round++) {
        const text = randomText();
        texts.push(text);
        await sottoJson(['send', '--profile', alice.profile, '--to', bob.account, text]);
        // Bob's own sends collect what came; the next receive prints it all the same.
        await sottoJson(['send', '--profile', bob.profile, '--to', alice.account, randomText()]);
        if (round % 2 === 1) seen.push(...(await receive(bob)).map((message) => message['text']));
      }
      expect(seen).toEqual(texts);
    });
  });

  it('keeps a profile behind its passphrase', async () => {
    const file = join(world.dir, 'passphrase');
    await writeFile(file, 'correct horse battery staple\n');
    const { invite } = await sottoJson(['relay', 'invite', '--data', join(world.dir, 'relay')]);
    const profile = join(world.dir, 'locked');
    const create = ['account', 'create', '--profile', profile, '--name', 'L', '--invite', String(invite)];
    await sottoJson([...create, '--passphrase-file', file]);
    expect((await readdir(profile)).sort()).toEqual(['key.json', 'store.db']);
    expect(await refusal(['account', 'show', '--profile', profile])).toEqual({
      code: 2,
      error: 'needs-passphrase',
    });
    const wrong = join(world.dir, 'wrong');
    await writeFile(wrong, 'incorrect\n');
    expect(await refusal(['account', 'show', '--profile', profile, '--passphrase-file', wrong])).toEqual({
      code: 1,
      error: 'wrong-passphrase',
    });
    const env = { SOTTO_PASSPHRASE_FILE: file, SOTTO_PROFILE: profile };
    expect(await sottoJson(['account', 'show'], { env })).toMatchObject({ name: 'L' });
  });

  it('deletes an account at the relay and here', async () => {
    const carol = await world.person('carol');
    const { aci } = await sottoJson(['account', 'show', '--profile', carol.profile]);
    expect(await sottoJson(['account', 'delete', '--profile', carol.profile])).toEqual({
      account_id: carol.account,
      deleted: true,
    });
    await expect(lstat(carol.profile)).rejects.toMatchObject({ code: 'ENOENT' });
    const ledger = await runSotto(['relay', 'ledger', '--data', join(world.dir, 'relay'), String(aci)]);
    expect(ledger.stdout).not.toContain(carol.account.slice(2));
    expect(carol.account).toMatch(ID);
  });

  it('writes down what it cannot carry, with exit 3, and the doctor says so', async () => {
    await world.relay.stop('SIGTERM');
    const text = randomText();
    const send = ['send', '--profile', alice.profile, '--to', bob.account, '--timeout', '1', '--json', text];
    const queued = await runSotto(send);
    expect(queued.code).toBe(3);
    expect(linesOf(queued.stdout)).toEqual([
      { id: expect.any(String), to: bob.account, road: null, state: 'queued', sent_at: TIME },
    ]);
    const doctor = await runSotto(['doctor', '--profile', alice.profile, '--json']);
    expect(doctor.code).toBe(1);
    const wrong = linesOf(doctor.stdout).filter(({ ok }) => ok === false);
    expect(wrong.map(({ check }) => check)).toEqual(expect.arrayContaining(['relay', 'outbox']));
    for (const { hint } of wrong) expect(hint).toEqual(expect.any(String));
    await world.restartRelay();
    expect((await runSotto(['doctor', '--profile', alice.profile])).code).toBe(0);
    expect(await receive(bob)).toEqual([expect.objectContaining({ text })]);
  });

  function follow(person: Person) {
    const child = startSotto(['receive', '--profile', person.profile, '--follow', '--json']);
    let out = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    return { child, out: () => out, ended: finish(child).then(({ code }) => code) };
  }

  async function listed(person: Person): Promise<Record<string, unknown>[]> {
    const done = await runSotto(['contacts', 'list', '--profile', person.profile, '--json']);
    expect(done.code, done.stderr).toBe(0);
    return linesOf(done.stdout);
  }

  it('leaves nothing but the key and the store behind', async () => {
    expect((await readdir(alice.profile)).sort()).toEqual(['key', 'store.db']);
  });
});
